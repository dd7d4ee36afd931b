// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import io.pintrail.ship.ClientConfig;
import io.pintrail.trace.BatchDecoder;
import io.pintrail.trace.BatchHeader;
import io.pintrail.trace.MalformedBatchException;
import io.pintrail.trace.RecordingId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads topics from their beginning again, for recordings whose kept state this program cannot read. */
final class Replay {
    private static final Duration POLL = Duration.ofMillis(200);

    private final ClientConfig config;
    private final WatchOptions options;

    Replay(ClientConfig config, WatchOptions options) {
        this.config = config;
        this.options = options;
    }

    /** All batches of one recording that a partition still has, in order. */
    void batches(RecordingId id, int partition, BiConsumer<BatchHeader, byte[]> to) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            read(consumer, List.of(new TopicPartition(options.batches(), partition)), entry -> {
                byte[] batch = entry.value();
                try {
                    BatchHeader header = BatchDecoder.header(
                            batch == null ? new byte[0] : batch, 0, batch == null ? 0 : batch.length);
                    if (header.id().equals(id)) {
                        BatchDecoder.check(header, batch, 0);
                        to.accept(header, batch);
                    }
                } catch (MalformedBatchException e) {
                    return; // set aside when it came
                }
            });
        }
    }

    /** Findings of a recording that are in their topic, by id. */
    Map<String, byte[]> findings(RecordingId id) {
        Map<String, byte[]> there = new HashMap<>();
        String wanted = RecordingStore.key(id);
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> partitions = consumer.partitionsFor(WatchOptions.FINDINGS).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            read(consumer, partitions, entry -> {
                if (wanted.equals(header(entry, "hostId") + header(entry, "bootId") + header(entry, "recordingId"))) {
                    String key = new String(entry.key(), StandardCharsets.UTF_8);
                    if (entry.value() == null) {
                        there.remove(key);
                    } else {
                        there.put(key, entry.value());
                    }
                }
            });
        }
        return there;
    }

    private static String header(ConsumerRecord<byte[], byte[]> entry, String name) {
        return entry.headers().lastHeader(name) == null
                ? ""
                : new String(entry.headers().lastHeader(name).value(), StandardCharsets.US_ASCII);
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                config.with("auto.offset.reset", "earliest", "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private static void read(
            KafkaConsumer<byte[], byte[]> consumer,
            List<TopicPartition> partitions,
            Consumer<ConsumerRecord<byte[], byte[]>> to) {
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
            consumer.poll(POLL).forEach(to);
        }
    }
}
