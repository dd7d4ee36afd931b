// SPDX-License-Identifier: Apache-2.0
package io.pintrail.ship;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pintrail.broker.EmbeddedBroker;
import io.pintrail.trace.Damage;
import io.pintrail.trace.RecordingId;
import io.pintrail.trace.TraceWriter;
import io.pintrail.trace.synthetic.SyntheticConfig;
import io.pintrail.trace.synthetic.SyntheticTrace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a real broker, which is stopped and started again under the shipper's hands. */
@Timeout(180)
class ShipperTest {
    private static final int FILE_HEADER = 16;
    private static final long WAIT_MS = 60_000;

    @TempDir
    private static Path brokerDirectory;

    private static EmbeddedBroker broker;
    private static int port;
    private static byte[] trace;

    @TempDir
    private Path directory;

    private final List<String> said = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void start() throws IOException {
        broker = EmbeddedBroker.keeping(brokerDirectory, 0);
        port = Integer.parseInt(broker.address().split(":")[1]);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TraceWriter writer = new TraceWriter(bytes, RecordingId.NONE, false)) {
            new SyntheticTrace(new SyntheticConfig(3, 1, 4, 8, 256, true, 0.1, 3_000, true)).drive(writer);
        }
        trace = bytes.toByteArray();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private Shipper shipper(String topic, int partitions, Path spool, long limit, int memory) throws IOException {
        ClientConfig config = new ClientConfig("127.0.0.1:" + port, null);
        return new Shipper(new Shipper.Options(config, topic, partitions, spool, limit), said::add, memory);
    }

    @Test
    void whatArrivesIsTheTraceByteForByteAndInOrder() throws IOException {
        try (Shipper shipper = shipper("bytes", 3, null, 0, Shipper.MEMORY_BYTES)) {
            shipper.ship("trace", new ByteArrayInputStream(trace), false, this::unexpected);
            assertThat(shipper.finish(WAIT_MS)).isTrue();
            assertThat(shipper.metrics().openMetrics())
                    .contains("pintrail_ship_delivered_batches_total ", "pintrail_ship_held_bytes 0\n")
                    .endsWith("# EOF\n");
        }
        List<ConsumerRecord<byte[], byte[]>> records = consume("bytes", 3);
        assertThat(records).hasSizeGreaterThan(4).allMatch(r -> new String(r.key()).matches("[0-9a-f]{32}"));
        assertThat(records.stream().map(ConsumerRecord::partition).distinct()).hasSize(1);
        assertThat(joined(records)).isEqualTo(payload());
        assertThat(said).isEmpty();
    }

    @Test
    void aGrowingFileIsFollowedUntilItsRecordingEnds() throws Exception {
        Path file = directory.resolve("growing.ptl");
        int cut = trace.length / 2 + 7;
        Files.write(file, Arrays.copyOf(trace, cut));
        try (Shipper shipper = shipper("growing", 1, null, 0, Shipper.MEMORY_BYTES);
                InputStream in = Files.newInputStream(file)) {
            CompletableFuture<Void> reading = reading(shipper, in, true);
            await(() -> shipper.metrics().deliveredBatches() > 1);
            try (OutputStream more = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
                more.write(trace, cut, trace.length - cut);
            }
            reading.get(WAIT_MS, TimeUnit.MILLISECONDS);
            assertThat(shipper.finish(WAIT_MS)).isTrue();
        }
        assertThat(joined(consume("growing", 1))).isEqualTo(payload());
    }

    @Test
    void aRestartOfTheBrokerCostsNothing() throws Exception {
        Path spool = directory.resolve("spool");
        PipedOutputStream recorder = new PipedOutputStream();
        try (Shipper shipper = shipper("restart", 1, spool, 1 << 30, 300 << 10);
                PipedInputStream in = new PipedInputStream(recorder, 1 << 16)) {
            CompletableFuture<Void> reading = reading(shipper, in, false);
            recorder.write(trace, 0, trace.length / 3);
            await(() -> shipper.metrics().deliveredBatches() > 0);
            broker.close();
            recorder.write(trace, trace.length / 3, trace.length - trace.length / 3);
            recorder.close();
            reading.get(WAIT_MS, TimeUnit.MILLISECONDS);
            assertThat(shipper.metrics().spooledBytes()).isPositive();
            await(() -> !said.isEmpty());
            assertThat(said.get(0)).contains("no batch taken for", "bytes", "on disk");
            broker = EmbeddedBroker.keeping(brokerDirectory, port);
            assertThat(shipper.finish(WAIT_MS)).isTrue();
            assertThat(shipper.metrics().droppedBatches()).isZero();
        }
        assertThat(joined(consume("restart", 1))).isEqualTo(payload());
        assertThat(spool).isEmptyDirectory();
    }

    @Test
    void whatAnEndedShipperLeavesTheNextOneSends() throws Exception {
        Path spool = directory.resolve("spool");
        broker.close();
        try (Shipper shipper = shipper("left", 1, spool, 1 << 30, 300 << 10)) {
            shipper.ship("trace", new ByteArrayInputStream(trace), false, this::unexpected);
            assertThat(shipper.finish(200)).isFalse();
        } finally {
            broker = EmbeddedBroker.keeping(brokerDirectory, port);
        }
        try (Shipper shipper = shipper("left", 1, spool, 1 << 30, 300 << 10)) {
            shipper.start();
            assertThat(shipper.finish(WAIT_MS)).isTrue();
        }
        assertThat(joined(consume("left", 1))).isEqualTo(payload());
        assertThat(spool).isEmptyDirectory();
    }

    @Test
    void aFullSpoolDropsBatchesAndSaysSo() throws Exception {
        broker.close();
        try (Shipper shipper = shipper("full", 1, directory.resolve("spool"), 300 << 10, 300 << 10)) {
            shipper.ship("trace", new ByteArrayInputStream(trace), false, this::unexpected);
            await(() -> !said.isEmpty());
            assertThat(said.get(0)).contains("batches dropped", "the analysis will report a gap");
            assertThat(shipper.metrics().droppedBatches()).isPositive();
            assertThat(shipper.metrics().spooledBytes()).isPositive().isLessThanOrEqualTo(300 << 10);
        } finally {
            broker = EmbeddedBroker.keeping(brokerDirectory, port);
        }
    }

    @Test
    void badSettingsAreOneLine() throws IOException {
        Path file = Files.writeString(directory.resolve("client.properties"), "security.protocol=SSLLLL\npassword=x\n");
        ClientConfig config = new ClientConfig("127.0.0.1:" + port, file);
        Shipper shipper = new Shipper(new Shipper.Options(config, "t", 1, null, 0), said::add);
        assertThatThrownBy(shipper::start)
                .isInstanceOf(ShipException.class)
                .hasMessageContaining("client settings")
                .hasMessageContaining("SSLLLL");
        assertThatThrownBy(() -> new ClientConfig("x:1", directory.resolve("none")))
                .hasMessageContaining("no such file");
    }

    private CompletableFuture<Void> reading(Shipper shipper, InputStream in, boolean follow) {
        return CompletableFuture.runAsync(() -> {
            try {
                shipper.ship("trace", in, follow, this::unexpected);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private void unexpected(Damage damage) {
        said.add(damage.toString());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + WAIT_MS * 1_000_000;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            Thread.sleep(20);
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> consume(String topic, int partitions) throws IOException {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        ClientConfig config = new ClientConfig("127.0.0.1:" + port, null);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                config.with("auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> assigned = new ArrayList<>();
            for (int i = 0; i < partitions; i++) {
                assigned.add(new TopicPartition(topic, i));
            }
            consumer.assign(assigned);
            long records = consumer.endOffsets(assigned).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            while (all.size() < records) {
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
            }
        }
        return all;
    }

    private static byte[] joined(List<ConsumerRecord<byte[], byte[]>> records) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        records.forEach(r -> bytes.writeBytes(r.value()));
        return bytes.toByteArray();
    }

    private static byte[] payload() {
        return Arrays.copyOfRange(trace, FILE_HEADER, trace.length);
    }
}
