// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.Finding;
import io.pintrail.analysis.HostSummary;
import io.pintrail.trace.RecordingId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The application against a real broker: whatever happens to it, it says in the end what offline analysis says. */
@Timeout(400)
class WatchTest {
    @TempDir
    private static Path directory;

    private static Cluster cluster;

    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    private final WatchListener listener = new WatchListener() {
        @Override
        public void finding(HostSummary host, Finding finding) {
            heard.add("finding");
        }

        @Override
        public void follows(RecordingId id) {
            heard.add("follows");
        }

        @Override
        public void closed(RecordingId id, HostSummary host, Analysis analysis, boolean silent) {
            heard.add(silent ? "silent" : "ended");
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
    void realTracesOfManyHostsGiveWhatOfflineAnalysisGives() throws Exception {
        List<Recorded> all = new ArrayList<>();
        for (Path path : Recorded.samples()) {
            Recorded recorded = Recorded.of(path);
            if (recorded.offline().findings().size() < 200 && all.size() < 12) {
                all.add(recorded);
            }
        }
        for (Recorded recorded : all) {
            cluster.send("samples", recorded.batches());
        }
        try (Watch watch = watch(WatchOptions.DEFAULT.of("samples", "samples"))) {
            Cluster.await(() -> heard.stream().filter("ended"::equals).count() == all.size());
            Cluster.await(() -> watch.metrics().duplicates() == 0);
        }
        Map<String, String> findings = new TreeMap<>();
        for (Recorded recorded : all) {
            findings.putAll(Cluster.offlineFindings(recorded.offline()));
        }
        Map<String, String> published = new TreeMap<>();
        for (String host : all.stream().map(r -> r.id().hostId()).distinct().toList()) {
            published.putAll(cluster.latest(WatchOptions.FINDINGS, host));
        }
        assertThat(published).isEqualTo(findings).isNotEmpty();
    }

    @Test
    void findingsAreThereWhileTheirRegionsLive() throws Exception {
        Recorded recorded = Recorded.synthetic(11, true);
        List<Recorded.Batch> batches = recorded.batches();
        try (Watch watch = watch(WatchOptions.DEFAULT.of("live", "live"))) {
            cluster.send("live", batches.subList(0, batches.size() / 2));
            Cluster.await(() -> heard.contains("finding"));
            assertThat(heard).doesNotContain("ended");
            cluster.send("live", batches);
            cluster.awaitOffline(recorded, "ended");
            assertThat(watch.metrics().duplicates()).isEqualTo(batches.size() / 2);
        }
    }

    @Test
    void twoInstancesAndARestartedBrokerAndSnapshotsLeaveNothingOutAndNothingTwice() throws Exception {
        Recorded recorded = Recorded.synthetic(12, true);
        Recorded other = Recorded.synthetic(13, true);
        WatchOptions options = WatchOptions.DEFAULT.of("moves", "moves").snapshotBytes(40_000);
        List<Recorded.Batch> batches = recorded.batches();
        int third = batches.size() / 3;
        try (Watch second = secondAfter(options, recorded, third)) {
            cluster.send("moves", other.batches());
            cluster.restart();
            cluster.send("moves", batches.subList(2 * third, batches.size()));
            cluster.awaitOffline(recorded, "ended");
            cluster.awaitOffline(other, "ended");
            assertThat(second.metrics().missing()).isZero();
        }
    }

    private Watch secondAfter(WatchOptions options, Recorded recorded, int third) throws Exception {
        try (Watch first = watch(options)) {
            cluster.send("moves", recorded.batches().subList(0, third));
            Cluster.await(() -> first.metrics().batches() == third);
            Watch second = watch(options);
            cluster.send("moves", recorded.batches().subList(third, 2 * third));
            Cluster.await(() -> first.metrics().batches() + second.metrics().batches() >= 2 * third);
            return second;
        }
    }

    @Test
    void anotherInstanceGoesOnWhereOneWasKilled() throws Exception {
        Recorded recorded = Recorded.synthetic(16, true);
        WatchOptions options = WatchOptions.DEFAULT.of("killed", "killed").snapshotBytes(40_000);
        List<Recorded.Batch> batches = recorded.batches();
        WatchProcess instance = new WatchProcess(cluster.config().brokers(), options);
        try {
            cluster.send("killed", batches.subList(0, batches.size() / 2));
            Cluster.await(() -> published(recorded));
            cluster.send("killed", batches.subList(batches.size() / 2, 3 * batches.size() / 4));
        } finally {
            instance.kill();
        }
        try (Watch watch = watch(options)) {
            cluster.send("killed", batches.subList(3 * batches.size() / 4, batches.size()));
            cluster.awaitOffline(recorded, "ended");
            assertThat(watch.metrics().missing()).isZero();
            assertThat(watch.metrics().batches())
                    .as("taken over, not begun again")
                    .isLessThan(batches.size());
        }
    }

    private static boolean published(Recorded recorded) {
        try {
            return !cluster.latest(WatchOptions.FINDINGS, recorded.id().hostId())
                    .isEmpty();
        } catch (IOException | RuntimeException e) {
            return false; // the topic is not there yet
        }
    }

    @Test
    void aGapAndAMissingEndAreSaidAndASilentHostIsClosedAndMayComeBack() throws Exception {
        Recorded recorded = Recorded.synthetic(14, false);
        List<Recorded.Batch> batches = new ArrayList<>(recorded.batches());
        Recorded.Batch last = batches.remove(batches.size() - 1);
        batches.remove(3);
        try (Watch watch = watch(WatchOptions.DEFAULT.of("gaps", "gaps").silentAfter(Duration.ofSeconds(2)))) {
            cluster.send("gaps", batches);
            Cluster.await(() -> heard.contains("silent"));
            assertThat(watch.metrics().missing()).isEqualTo(1);
            cluster.awaitOffline(recorded.with(batches), "silent 2");
            batches.add(last);
            cluster.send("gaps", List.of(last));
            cluster.awaitOffline(recorded.with(batches), "ended 1");
        }
    }

    @Test
    void whatIsNoBatchOfThisVersionIsSetAsideWithTheReason() throws Exception {
        Recorded recorded = Recorded.synthetic(15, true);
        byte[] good = recorded.batches().get(0).bytes();
        byte[] flipped = good.clone();
        flipped[good.length - 1] ^= 1;
        byte[] newer = good.clone();
        newer[6] = 2;
        byte[] unknown = good.clone();
        unknown[4] |= 8;
        List<byte[]> bad = List.of(
                "hello".getBytes(StandardCharsets.UTF_8),
                Arrays.copyOf(good, 200),
                flipped,
                Recorded.seal(newer),
                Recorded.seal(unknown));
        try (Watch watch = watch(WatchOptions.DEFAULT.of("bad", "bad"))) {
            cluster.send("bad", recorded.id().hostId(), bad);
            cluster.send("bad", recorded.batches());
            cluster.awaitOffline(recorded, "ended");
            assertThat(watch.metrics().setAside()).isEqualTo(5);
        }
        List<ConsumerRecord<byte[], byte[]>> letters = cluster.records(WatchOptions.DEAD_LETTERS);
        assertThat(letters)
                .extracting(r -> new String(r.headers().lastHeader("reason").value()))
                .containsExactly(
                        "batch of 5 bytes, the header alone has 112",
                        "batch of 200 bytes claims " + good.length,
                        "batch 0 fails its checksum",
                        "batch of major version 2, this program reads 1",
                        "unknown batch flags 0x" + Integer.toHexString(unknown[4]));
        assertThat(letters.get(2).value()).isEqualTo(flipped);
    }
}
