// SPDX-License-Identifier: Apache-2.0
package io.pintrail.ship;

import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.broker.EmbeddedBroker;
import io.pintrail.trace.RecordingId;
import io.pintrail.trace.TraceWriter;
import io.pintrail.trace.synthetic.SyntheticConfig;
import io.pintrail.trace.synthetic.SyntheticTrace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker whose file system is full ends itself; once there is room it is started again, and nothing is missing. */
@Timeout(240)
class FullDiskTest {
    private static final int FILE_HEADER = 16;
    private static final long WAIT_MS = 100_000;
    private static final int ROOM_MIB = 16;

    @TempDir
    private Path directory;

    private final List<String> said = Collections.synchronizedList(new ArrayList<>());

    @Test
    void whatABrokerWithAFullDiskDoesNotTakeIsSpooledAndArrivesWhenThereIsRoom() throws Exception {
        Path disk = Files.createDirectories(directory.resolve("disk"));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=" + ROOM_MIB + "m", "pintrail-test", disk.toString());
        if (!mounted) {
            System.err.println("FullDiskTest: NOT RUN, a small file system for the broker takes root to mount");
        }
        Assumptions.assumeTrue(mounted, "mounting takes root");
        try {
            fillAndGoOn(disk);
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    private void fillAndGoOn(Path disk) throws Exception {
        byte[] trace = trace();
        assertThat(trace.length).as("more than fits").isGreaterThan(ROOM_MIB + 2 << 20);
        int port = freePort();
        Process broker = broker(disk, port);
        try {
            ClientConfig config = new ClientConfig("127.0.0.1:" + port, null);
            Path spool = directory.resolve("spool");
            Shipper.Options options = new Shipper.Options(config, "disk", 1, spool, 1 << 30);
            try (Shipper shipper = new Shipper(options, said::add, 1 << 20)) {
                shipper.ship("trace", new ByteArrayInputStream(trace), false, damage -> said.add(damage.toString()));
                assertThat(broker.waitFor(WAIT_MS, TimeUnit.MILLISECONDS))
                        .as("the broker gives up")
                        .isTrue();
                await(() -> said.stream().anyMatch(line -> line.contains("no batch taken for")));
                assertThat(shipper.metrics().spooledBytes()).isPositive();
                assertThat(run("mount", "-o", "remount,size=512m", disk.toString()))
                        .isTrue();
                broker = broker(disk, port);
                assertThat(shipper.finish(WAIT_MS)).as(said::toString).isTrue();
                assertThat(shipper.metrics().droppedBatches()).isZero();
                await(() -> said.stream().anyMatch(line -> line.endsWith("batches are taken again")));
            }
            assertThat(arrived(config)).isEqualTo(Arrays.copyOfRange(trace, FILE_HEADER, trace.length));
        } finally {
            broker.destroyForcibly().waitFor();
        }
    }

    private static byte[] trace() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TraceWriter writer = new TraceWriter(bytes, RecordingId.NONE, false)) {
            new SyntheticTrace(new SyntheticConfig(3, 1, 4, 8, 256, true, 0.1, 90_000, true)).drive(writer);
        }
        return bytes.toByteArray();
    }

    private static Process broker(Path data, int port) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FullDiskTest.class.getName(),
                        data.toString(),
                        "" + port)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** A broker in a process of its own, for it ends its process when it can no longer write. */
    public static void main(String[] args) throws Exception {
        EmbeddedBroker.keeping(Path.of(args[0]), Integer.parseInt(args[1]));
        Thread.currentThread().join();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // no such program
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + WAIT_MS * 1_000_000;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            Thread.sleep(20);
        }
    }

    private static byte[] arrived(ClientConfig config) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TopicPartition partition = new TopicPartition("disk", 0);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                config.with("auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(entry -> bytes.writeBytes(entry.value()));
            }
        }
        return bytes.toByteArray();
    }
}
