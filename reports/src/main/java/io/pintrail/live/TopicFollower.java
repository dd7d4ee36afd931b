// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import io.pintrail.ship.ClientConfig;
import io.pintrail.stream.WatchOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads the topics of the results from their beginning, in a thread of its own, and puts what they say on the board.
 */
final class TopicFollower implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long AGAIN_MS = 2_000;

    private final Board board;
    private final Properties settings;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "pintrail-live-topics");
    private volatile KafkaConsumer<String, byte[]> consumer;
    private volatile String trouble = "";

    TopicFollower(ClientConfig config, Board board) {
        this.board = board;
        settings = config.with(
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed",
                "enable.auto.commit", "false");
        thread.setDaemon(true);
        thread.start();
    }

    /** Why the topics cannot be read; empty while they can. */
    String trouble() {
        return trouble;
    }

    private void run() {
        boolean again = true;
        while (again) {
            try {
                follow();
                again = false;
            } catch (WakeupException e) {
                again = false;
            } catch (KafkaException e) {
                trouble = "the topics of the results cannot be read: " + ClientConfig.reason(e);
                again = pause();
            }
        }
    }

    /** Returns whether to go on. */
    private boolean pause() {
        try {
            return !closing.await(AGAIN_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void follow() {
        try (KafkaConsumer<String, byte[]> opened =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer = opened;
            List<TopicPartition> partitions = Stream.of(WatchOptions.HOSTS, WatchOptions.REGIONS, WatchOptions.FINDINGS)
                    .flatMap(topic -> opened.partitionsFor(topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            opened.assign(partitions);
            opened.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = opened.endOffsets(partitions);
            boolean behind = true;
            while (closing.getCount() > 0) {
                opened.poll(POLL).forEach(this::put);
                trouble = "";
                if (behind && partitions.stream().allMatch(p -> opened.position(p) >= ends.get(p))) {
                    behind = false;
                    board.caughtUp();
                }
            }
        }
    }

    private void put(ConsumerRecord<String, byte[]> entry) {
        if (entry.key() == null) {
            return;
        }
        switch (entry.topic()) {
            case WatchOptions.HOSTS -> board.host(entry.key(), entry.value(), entry.timestamp());
            case WatchOptions.REGIONS -> board.region(entry.key(), entry.value());
            default -> board.finding(entry.key(), recording(entry), entry.value(), entry.timestamp());
        }
    }

    private static String recording(ConsumerRecord<String, byte[]> entry) {
        return header(entry, "hostId") + header(entry, "bootId") + header(entry, "recordingId");
    }

    private static String header(ConsumerRecord<String, byte[]> entry, String name) {
        Header header = entry.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        closing.countDown();
        KafkaConsumer<String, byte[]> open = consumer;
        if (open != null) {
            open.wakeup();
        }
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
