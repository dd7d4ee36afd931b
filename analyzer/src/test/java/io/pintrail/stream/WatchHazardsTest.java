// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.analysis.Verdict;
import io.pintrail.trace.RecordingId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.LongBinaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong around the application, against a real broker: it is said, and costs no more than it must. */
@Timeout(400)
class WatchHazardsTest {
    private static final long HOUR_NS = 3_600_000_000_000L;

    @TempDir
    private static Path directory;

    private static Cluster cluster;

    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    private final WatchListener listener = new WatchListener() {
        @Override
        public void readAgain(RecordingId id, String reason, long missing) {
            heard.add(reason + " " + missing);
        }

        @Override
        public void setAside(String reason) {
            heard.add(reason);
        }
    };

    @BeforeAll
    static void start() throws IOException {
        cluster = new Cluster(directory);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private Watch watch(WatchOptions options) throws IOException {
        Watch watch = new Watch(cluster.config(), options, Cluster.PARTITIONS, new TextFormat(), listener);
        watch.start();
        return watch;
    }

    @Test
    void batchesThatRetentionRemovedBeforeTheFirstReadAreALoss() throws Exception {
        Recorded recorded = Recorded.synthetic(21, false);
        List<Recorded.Batch> batches = recorded.batches();
        cluster.send("late", batches);
        cluster.delete("late", partition("late"), 3);
        try (Watch watch = watch(WatchOptions.DEFAULT.of("late", "late"))) {
            Recorded left = recorded.with(batches.subList(3, batches.size()));
            cluster.awaitOffline(left, "ended 3");
            assertThat(watch.metrics().missing()).isEqualTo(3);
        }
    }

    @Test
    void batchesThatRetentionRemovedWhileNobodyWatchedAreALossAndTheRestIsCaughtUpWith() throws Exception {
        Recorded recorded = Recorded.synthetic(22, false);
        List<Recorded.Batch> batches = recorded.batches();
        WatchOptions options = WatchOptions.DEFAULT.of("behind", "behind");
        try (Watch watch = watch(options)) {
            cluster.send("behind", batches.subList(0, 2));
            Cluster.await(() -> watch.metrics().batches() == 2);
        }
        cluster.send("behind", batches.subList(2, batches.size()));
        cluster.delete("behind", partition("behind"), 4);
        try (Watch watch = watch(options)) {
            List<Recorded.Batch> seen = new ArrayList<>(batches);
            seen.subList(2, 4).clear();
            Recorded left = recorded.with(seen);
            cluster.awaitOffline(left, "ended 2");
            assertThat(watch.metrics().missing()).isEqualTo(2);
            assertThat(left.offline().regions())
                    .as("what lived in the gap is not judged")
                    .anyMatch(region -> region.atEnd().containsKey(Verdict.UNKNOWN));
        }
    }

    @Test
    void aStateOfAnotherVersionIsMadeAnewFromTheTopic() throws Exception {
        Recorded recorded = Recorded.synthetic(23, false);
        List<Recorded.Batch> batches = recorded.batches();
        WatchOptions options = WatchOptions.DEFAULT.of("version", "version").snapshotBytes(1);
        keepStateOfAnotherVersion(options, batches.subList(0, batches.size() - 2));
        try (Watch watch = watch(options)) {
            cluster.send("version", batches.subList(batches.size() - 2, batches.size()));
            cluster.awaitOffline(recorded, "ended 0");
            assertThat(heard).containsExactly("another version of this program wrote the state 0");
            assertThat(watch.metrics().readAgain()).isEqualTo(1);
        }
    }

    @Test
    void whatTheTopicNoLongerHasOfAStateOfAnotherVersionIsALoss() throws Exception {
        Recorded recorded = Recorded.synthetic(24, false);
        List<Recorded.Batch> batches = recorded.batches();
        WatchOptions options = WatchOptions.DEFAULT.of("old", "old").snapshotBytes(1);
        keepStateOfAnotherVersion(options, batches.subList(0, batches.size() - 2));
        cluster.delete("old", partition("old"), 2);
        try (Watch watch = watch(options)) {
            cluster.send("old", batches.subList(batches.size() - 2, batches.size()));
            cluster.awaitOffline(recorded.with(batches.subList(2, batches.size())), "ended 2");
            assertThat(heard).containsExactly("another version of this program wrote the state 2");
            assertThat(watch.metrics().missing()).isEqualTo(2);
        }
    }

    /** Follows these batches, stops, and makes the image that is kept look like that of another version. */
    private void keepStateOfAnotherVersion(WatchOptions options, List<Recorded.Batch> batches) throws Exception {
        try (Watch watch = watch(options)) {
            cluster.send(options.batches(), batches);
            Cluster.await(() -> watch.metrics().batches() == batches.size());
        }
        String changelog = options.applicationId() + "-recordings-changelog";
        ConsumerRecord<byte[], byte[]> first = null;
        for (ConsumerRecord<byte[], byte[]> entry : cluster.records(changelog)) {
            String key = new String(entry.key(), StandardCharsets.UTF_8);
            first = key.startsWith("S/") && key.endsWith("/00000000") && entry.value() != null ? entry : first;
        }
        assertThat(first).isNotNull();
        byte[] other = first.value().clone();
        other[0] ^= 1;
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(cluster.config().with(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(changelog, first.partition(), first.key(), other));
            producer.flush();
        }
    }

    @Test
    void twoRecordersOnOneHostAreTwoRecordings() throws Exception {
        Recorded one = Recorded.synthetic(25, true);
        RecordingId id = one.id();
        Recorded other = Recorded.synthetic(26, true).as(new RecordingId(id.hostId(), id.bootId(), id.recording() + 1));
        try (Watch watch = watch(WatchOptions.DEFAULT.of("shared", "shared"))) {
            for (int i = 0; i < Math.max(one.batches().size(), other.batches().size()); i++) {
                for (Recorded each : List.of(one, other)) {
                    if (i < each.batches().size()) {
                        cluster.send("shared", List.of(each.batches().get(i)));
                    }
                }
            }
            cluster.awaitOffline(List.of(one, other), "ended 0");
            assertThat(watch.metrics().duplicates() + watch.metrics().missing()).isZero();
        }
    }

    @Test
    void twoRecordersWithOneRecordingIdAreToldAndNothingOfThemIsBelieved() throws Exception {
        Recorded one = Recorded.synthetic(27, false);
        Recorded copy = Recorded.synthetic(28, false).as(one.id());
        List<Recorded.Batch> batches = one.batches();
        try (Watch watch = watch(WatchOptions.DEFAULT.of("copied", "copied").silentAfter(Duration.ofSeconds(3)))) {
            cluster.send("copied", batches.subList(0, 4));
            cluster.send("copied", batches.subList(2, 4)); // the same once more is no contradiction
            cluster.send("copied", copy.batches().subList(2, 4));
            Cluster.await(() -> heard.size() == 2); // told after they are counted
            assertThat(watch.metrics().setAside()).isEqualTo(2);
            assertThat(watch.metrics().duplicates()).isEqualTo(2);
            assertThat(heard).hasSize(2).allMatch(s -> s.contains("two recorders share one recording id"));
            Cluster.await(() -> latestRegions(one.id()).stream().anyMatch(text -> text.contains("UNKNOWN=")));
            assertThat(latestRegions(one.id())).noneMatch(text -> text.startsWith("{OK"));
        }
    }

    private static List<String> latestRegions(RecordingId id) {
        try {
            return List.copyOf(cluster.latest(WatchOptions.REGIONS, id.hostId()).values());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aClockThatJumpsMakesNoVerdictWrong() throws Exception {
        Recorded steady = Recorded.synthetic(29, false);
        List<LongBinaryOperator> forward = List.of(
                (event, batch) -> batch > 2 ? HOUR_NS : 0,
                (event, batch) -> batch == 2 && event > 500 || batch > 2 ? HOUR_NS : 0);
        List<LongBinaryOperator> backward = List.of(
                (event, batch) -> batch > 2 ? 0 : HOUR_NS,
                (event, batch) -> batch == 2 && event > 500 || batch > 2 ? 0 : HOUR_NS,
                (event, batch) -> event / 100 % 2 == 0 ? HOUR_NS : 0);
        int host = 0;
        try (Watch watch = watch(WatchOptions.DEFAULT.of("clock", "clock"))) {
            for (LongBinaryOperator shift : forward) {
                assertThat(watched(steady.withClock(shift), host++)).isEqualTo(atEnd(steady));
            }
            for (LongBinaryOperator shift : backward) {
                List<Map<Verdict, Long>> jumped = watched(steady.withClock(shift), host++);
                for (int i = 0; i < jumped.size(); i++) {
                    Map<Verdict, Long> before = atEnd(steady).get(i);
                    assertThat(jumped.get(i)).containsKey(Verdict.UNKNOWN);
                    jumped.get(i)
                            .forEach((verdict, pages) -> assertThat(pages)
                                    .isLessThanOrEqualTo(
                                            verdict == Verdict.UNKNOWN ? 256 : before.getOrDefault(verdict, 0L)));
                }
            }
            assertThat(watch.metrics().missing()).isZero();
        }
    }

    /** Follows it as a host of its own, which must give what offline analysis gives: the verdicts by region. */
    private List<Map<Verdict, Long>> watched(Recorded recorded, int host) throws Exception {
        Recorded each = recorded.as(new RecordingId("c".repeat(31) + host, "b".repeat(32), 7));
        cluster.send("clock", each.batches());
        cluster.awaitOffline(each, "ended 0");
        return atEnd(each);
    }

    private static List<Map<Verdict, Long>> atEnd(Recorded recorded) {
        return recorded.offline().regions().stream()
                .map(region -> region.atEnd())
                .toList();
    }

    private static int partition(String topic) throws IOException {
        return cluster.records(topic).get(0).partition();
    }
}
