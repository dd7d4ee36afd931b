// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pintrail.ship.ClientConfig;
import io.pintrail.stream.WatchOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code pintrail watch --embedded} and {@code pintrail ship --brokers}, each a process of its own. */
@Timeout(300)
class WatchCommandTest {
    private static final Path SAMPLES = Path.of("../sample-traces/6.1");

    @TempDir
    private Path directory;

    private Path temporary() throws IOException {
        return Files.createDirectories(directory.resolve("tmp"));
    }

    @Test
    void findingsOfTracesFromAPipeAndFromAGrowingFileAreThoseOfAnalyze() throws Exception {
        Path piped = SAMPLES.resolve("munmap-mmap.ptl");
        Path other = SAMPLES.resolve("dontneed-part.ptl");
        Path growing = directory.resolve("growing.ptl");
        byte[] all = Files.readAllBytes(other);
        int cut = all.length / 2;
        Files.write(growing, Arrays.copyOf(all, cut));
        try (Program watch = new Program(temporary(), "watch", "--embedded")) {
            String address = watch.errAfter("embedded broker at ");
            try (Program follow = new Program(temporary(), "ship", "--brokers", address, "--follow", growing);
                    Program pipe = new Program(temporary(), "ship", "--brokers", address)) {
                try (OutputStream in = pipe.input()) {
                    Files.copy(piped, in);
                }
                assertThat(pipe.exitCode()).as(pipe.err()).isZero();
                assertThat(follow.runs()).isTrue();
                try (OutputStream more = Files.newOutputStream(growing, StandardOpenOption.APPEND)) {
                    more.write(all, cut, all.length - cut);
                }
                assertThat(follow.exitCode()).as(follow.err()).isZero();
            }
            watch.awaitOut(".*recording ended.*recording ended.*");

            Map<String, String> expected = offline(piped);
            expected.putAll(offline(other));
            assertThat(published(address)).isEqualTo(expected).isNotEmpty();
            watch.terminate();
            assertThat(watch.exitCode()).as(watch.err()).isZero();
            assertThat(watch.err()).hasLineCount(2);
        }
        assertThat(temporary()).as("what the broker had is gone").isEmptyDirectory();
    }

    @Test
    void dataThatAreToBeKeptAreKeptAndGoneOnWith() throws Exception {
        Path data = directory.resolve("broker");
        String address;
        try (Program watch = new Program(temporary(), "watch", "--embedded-data", data)) {
            address = watch.errAfter("embedded broker at ");
            Program ship = new Program(temporary(), "ship", "--brokers", address, SAMPLES.resolve("munmap-mmap.ptl"));
            assertThat(ship.exitCode()).as(ship.err()).isZero();
            watch.awaitOut(".*recording ended.*");
            watch.terminate();
            assertThat(watch.exitCode()).as(watch.err()).isZero();
        }
        assertThat(temporary()).isEmptyDirectory();
        String port = address.substring(address.indexOf(':') + 1);
        try (Program watch = new Program(temporary(), "watch", "--embedded-data", data, "--embedded-port", port)) {
            assertThat(watch.errAfter("embedded broker at ")).isEqualTo(address);
            watch.errAfter("watching ");
            assertThat(published(address)).isEqualTo(offline(SAMPLES.resolve("munmap-mmap.ptl")));
            try (Program second = new Program(temporary(), "watch", "--embedded-data", data)) {
                assertThat(second.exitCode()).isEqualTo(2);
                assertThat(second.err()).hasLineCount(1).contains("another embedded broker works with this directory");
            }
            try (Program second = new Program(temporary(), "watch", "--embedded", "--embedded-port", port)) {
                assertThat(second.exitCode()).isEqualTo(2);
                assertThat(second.err()).hasLineCount(1).contains(port, "choose another port");
            }
        }
    }

    @Test
    void aSignalEndsAShipperWhoseSourceGoesOn() throws Exception {
        Path data = directory.resolve("broker");
        Path spool = directory.resolve("spool");
        byte[] trace = Files.readAllBytes(SAMPLES.resolve("munmap-mmap.ptl"));
        try (Program ship = new Program(temporary(), "ship", "--embedded-data", data);
                OutputStream in = ship.input()) {
            in.write(trace);
            in.flush();
            ship.errAfter("embedded broker at ");
            ship.terminate();
            assertThat(ship.exitCode()).as(ship.err()).isZero();
            assertThat(ship.err()).contains("stopped by a signal", " batches delivered to ");
        }
        try (Program ship = new Program(temporary(), "ship", "--brokers", "127.0.0.1:1", "--spool", spool);
                OutputStream in = ship.input()) {
            in.write(trace);
            in.flush();
            ship.errAfter("no batch taken for ");
            ship.terminate();
            assertThat(ship.exitCode()).as(ship.err()).isEqualTo(2);
            assertThat(ship.err()).contains(" bytes left in " + spool);
        }
        assertThat(spool).isNotEmptyDirectory();
    }

    @Test
    void badUsageIsOneLine() {
        one(Run.pintrail("watch"), "--brokers");
        one(Run.pintrail("watch", "--brokers", "127.0.0.1:1", "--embedded-port", "9092"), "--embedded-port");
        one(Run.pintrail("watch", "--embedded", "--embedded-port", "99999"), "99999");
        one(Run.pintrail("watch", "--brokers", "127.0.0.1:1"), "no broker answers");
    }

    private static void one(Run run, String says) {
        assertThat(run.code()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).startsWith("pintrail: ").contains(says).hasLineCount(1);
    }

    /** What analyze says of a trace by itself, each finding as it stands there, by id. */
    private static Map<String, String> offline(Path trace) throws IOException {
        Map<String, String> findings = new TreeMap<>();
        Run run = Run.pintrail("analyze", "--json", trace);
        for (JsonNode finding : new ObjectMapper().readTree(run.out()).get("findings")) {
            findings.put(finding.get("id").asText(), finding.toString());
        }
        return findings;
    }

    /** What compaction leaves of the topic. */
    private static Map<String, String> published(String address) throws IOException {
        Map<String, String> latest = new TreeMap<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                new ClientConfig(address, null)
                        .with("auto.offset.reset", "earliest", "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(WatchOptions.FINDINGS).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                for (ConsumerRecord<String, byte[]> entry : consumer.poll(Duration.ofMillis(100))) {
                    latest.remove(entry.key());
                    if (entry.value() != null) {
                        latest.put(entry.key(), new String(entry.value(), StandardCharsets.UTF_8));
                    }
                }
            }
        }
        return latest;
    }
}
