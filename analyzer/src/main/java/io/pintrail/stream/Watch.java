// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import io.pintrail.ship.ClientConfig;
import io.pintrail.ship.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/** One instance of the application. Any number of them with one application id share the partitions. */
public final class Watch implements AutoCloseable {
    private static final long CREATE_WAIT_MS = 15_000;

    /** The topics are made before the start, but a broker may hear of them later than another. */
    private static final long KNOWN_NS = 60_000_000_000L;

    private final KafkaStreams streams;
    private final WatchMetrics metrics = new WatchMetrics();
    private final Path scratch;
    private final long began = System.nanoTime();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    /** Makes the topics that are missing, and does not start yet. */
    public Watch(ClientConfig config, WatchOptions options, int partitions, RecordFormat format, WatchListener listener)
            throws IOException {
        Topics.create(config, topics(options, partitions), CREATE_WAIT_MS);
        scratch = Files.createTempDirectory("pintrail-watch-");
        try {
            streams = new KafkaStreams(
                    WatchTopology.of(options, format, listener, metrics, new Replay(config, options)),
                    settings(config, options, scratch));
        } catch (KafkaException e) {
            throw new IOException("client settings: " + ClientConfig.reason(e), e);
        }
        streams.setUncaughtExceptionHandler(this::failed);
    }

    private static List<NewTopic> topics(WatchOptions options, int partitions) {
        Map<String, String> latest =
                Map.of("cleanup.policy", "compact,delete", "retention.ms", "" + TimeUnit.DAYS.toMillis(30));
        List<NewTopic> all = new ArrayList<>();
        all.add(Topics.batches(options.batches(), partitions));
        for (String name : List.of(WatchOptions.FINDINGS, WatchOptions.REGIONS, WatchOptions.HOSTS)) {
            all.add(Topics.topic(name, partitions, latest));
        }
        Map<String, String> twoWeeks = Map.of("retention.ms", "" + TimeUnit.DAYS.toMillis(14));
        all.add(Topics.topic(WatchOptions.DEAD_LETTERS, 1, twoWeeks));
        return all;
    }

    private static Properties settings(ClientConfig config, WatchOptions options, Path scratch) {
        Properties all = config.with(
                "commit.interval.ms", "1000", // sooner when there are results: WatchProcessor asks for it
                "auto.offset.reset", "earliest",
                "replication.factor", "-1",
                "main.consumer.session.timeout.ms", "10000",
                "main.consumer.heartbeat.interval.ms", "3000",
                "main.consumer.max.poll.interval.ms", "" + TimeUnit.HOURS.toMillis(1), // for reading a topic again
                // What waits to be analysed should die young; a larger batch comes all the same.
                "consumer.max.partition.fetch.bytes", "" + (2 << 20),
                "consumer.receive.buffer.bytes", "-1", // the next ones come while these are analysed
                "producer.linger.ms", "100", // a commit does not wait for it
                "metrics.recording.level", "INFO");
        all.setProperty("application.id", options.applicationId());
        all.setProperty("processing.guarantee", "exactly_once_v2");
        all.setProperty("state.dir", scratch.toString());
        all.setProperty("producer.max.request.size", "" + Topics.MAX_RECORD_BYTES);
        all.setProperty("producer.buffer.memory", "" + 4L * Topics.MAX_RECORD_BYTES);
        return all;
    }

    /** Brokers come back; anything else would fail again. */
    private StreamThreadExceptionResponse failed(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            boolean notYetKnown = cause instanceof MissingSourceTopicException && System.nanoTime() - began < KNOWN_NS;
            if (cause instanceof RetriableException || notYetKnown) {
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            }
        }
        stopped.completeExceptionally(e);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    public void start() {
        streams.start();
    }

    /** Completes when the instance has failed for good, with the reason. */
    public CompletableFuture<Void> stopped() {
        return stopped;
    }

    public WatchMetrics metrics() {
        return metrics;
    }

    /** How this instance is now. */
    public InstanceState state() {
        return InstanceState.of(streams);
    }

    /** Leaves the group; others take over at once. */
    @Override
    public void close() {
        streams.close(CloseOptions.timeout(Duration.ofSeconds(20))
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        stopped.complete(null);
        try (Stream<Path> files = Files.walk(scratch)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            scratch.toFile().deleteOnExit(); // empty but for lock files; the system clears what is left
        }
    }
}
