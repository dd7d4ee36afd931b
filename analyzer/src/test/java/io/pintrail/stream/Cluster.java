// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.analysis.AnalysisResult;
import io.pintrail.broker.EmbeddedBroker;
import io.pintrail.ship.ClientConfig;
import io.pintrail.ship.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A real broker, and what a test puts into it and reads from it. */
final class Cluster implements AutoCloseable {
    static final long WAIT_MS = 150_000;
    static final int PARTITIONS = 2;

    private final Path directory;
    private final int port;
    private EmbeddedBroker broker;

    Cluster(Path directory) throws IOException {
        this.directory = directory;
        broker = EmbeddedBroker.keeping(directory, 0);
        port = Integer.parseInt(broker.address().split(":")[1]);
    }

    ClientConfig config() throws IOException {
        return new ClientConfig("127.0.0.1:" + port, null);
    }

    void restart() throws IOException {
        broker.close();
        broker = EmbeddedBroker.keeping(directory, port);
    }

    /** Ships these batches of a trace; makes the topic if need be. */
    void send(String topic, List<Recorded.Batch> batches) throws IOException {
        List<byte[]> values = new ArrayList<>();
        batches.forEach(batch -> values.add(batch.bytes()));
        send(topic, batches.get(0).header().id().hostId(), values);
    }

    void send(String topic, String key, List<byte[]> values) throws IOException {
        Topics.create(config(), List.of(Topics.batches(topic, PARTITIONS)), WAIT_MS);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                config().with("max.request.size", "" + Topics.MAX_RECORD_BYTES, "linger.ms", "0"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            values.forEach(value ->
                    producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.US_ASCII), value)));
            producer.flush();
        }
    }

    /** Does what retention does: the first records of a partition of a topic are gone. */
    void delete(String topic, int partition, long before) throws Exception {
        try (Admin admin = Admin.create(config().with())) {
            admin.deleteRecords(Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get();
        }
    }

    /** Everything committed in a topic. */
    List<ConsumerRecord<byte[], byte[]>> records(String topic) throws IOException {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                config().with("auto.offset.reset", "earliest", "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                consumer.poll(Duration.ofMillis(50)).forEach(all::add);
            }
        }
        return all;
    }

    /** What compaction leaves of a topic, of recordings of one host. */
    Map<String, String> latest(String topic, String hostId) throws IOException {
        Map<String, String> latest = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> entry : records(topic)) {
            if (hostId.equals(new String(entry.headers().lastHeader("hostId").value(), StandardCharsets.US_ASCII))) {
                String key = new String(entry.key(), StandardCharsets.UTF_8);
                latest.remove(key);
                if (entry.value() != null) {
                    latest.put(key, new String(entry.value(), StandardCharsets.UTF_8));
                }
            }
        }
        return latest;
    }

    static Map<String, String> offlineFindings(AnalysisResult offline) {
        Map<String, String> findings = new TreeMap<>();
        offline.findings().forEach(f -> findings.put(f.id(), f.toString()));
        assertThat(findings).as("ids are unique").hasSameSizeAs(offline.findings());
        return findings;
    }

    /** Regions by the number in their ids. */
    static Map<String, String> offlineRegions(AnalysisResult offline) {
        Map<String, String> regions = new LinkedHashMap<>();
        TextFormat format = new TextFormat();
        offline.regions()
                .forEach(r -> regions.put(
                        r.id().substring(r.id().indexOf('r')),
                        new String(format.region(null, r), StandardCharsets.UTF_8)));
        return regions;
    }

    /** Waits until the recording is told as in that state, then compares all with offline analysis. */
    void awaitOffline(Recorded recorded, String status) throws Exception {
        awaitOffline(List.of(recorded), status);
    }

    /** The same for all recordings of one host. */
    void awaitOffline(List<Recorded> recordings, String status) throws Exception {
        String host = recordings.get(0).id().hostId();
        await(() -> {
            try {
                Map<String, String> hosts = latest(WatchOptions.HOSTS, host);
                return recordings.stream()
                        .allMatch(r -> hosts.getOrDefault(RecordingStore.key(r.id()), "")
                                .startsWith(status));
            } catch (IOException e) {
                return false;
            }
        });
        Map<String, String> findings = new TreeMap<>();
        Map<String, String> regions = new TreeMap<>();
        for (Recorded recorded : recordings) {
            AnalysisResult offline = recorded.offline();
            findings.putAll(offlineFindings(offline));
            offlineRegions(offline).forEach((k, v) -> regions.put(RecordingStore.key(recorded.id()) + "/" + k, v));
        }
        assertThat(latest(WatchOptions.FINDINGS, host)).isEqualTo(findings);
        assertThat(latest(WatchOptions.REGIONS, host)).isEqualTo(regions);
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            Thread.sleep(50);
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
