// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BoardTest {
    private static final long MS = 1_000_000;
    private static final String HOST = Records.key(1);

    private final Board board = new Board(Board.Limits.DEFAULT);

    /** What one who follows the board knows, told of a few rows at a time. */
    private static final class Follower {
        final Map<String, Integer> findings = new TreeMap<>();
        final List<String> hosts = new ArrayList<>();
        Board.Cursor known = Board.Cursor.NOTHING;
        int resets;

        void listen(Board board) throws InterruptedException {
            do {
                Board.Changes changes = board.changes(known, 3);
                if (changes.reset()) {
                    findings.clear();
                    hosts.clear();
                    resets++;
                }
                changes.hosts().forEach(host -> hosts.add(host.key));
                changes.findings().forEach(f -> findings.put(f.key(), f.json().length));
                changes.gone().forEach(gone -> (gone.host() ? hosts : findings.keySet()).remove(gone.key()));
                known = changes.known();
            } while (board.await(known, 1));
        }
    }

    private void finding(String id, String severity, String text) {
        board.finding(id, HOST, Records.finding(id, severity, text), 1);
    }

    @Test
    void anUpdateTakesThePlaceOfTheFindingAndAWithdrawalRemovesIt() throws InterruptedException {
        Follower follower = new Follower();
        board.host(HOST, Records.host("a", "live", 2_000 * MS, 0), 1);
        for (int i = 0; i < 10; i++) {
            finding("f" + i, "WARNING", "");
        }
        follower.listen(board);
        assertThat(follower.findings).hasSize(10);
        int before = follower.findings.get("f3");

        finding("f3", "CRITICAL", "longer");
        board.finding("f4", HOST, null, 1);
        follower.listen(board);
        assertThat(follower.findings).hasSize(9).doesNotContainKey("f4");
        assertThat(follower.findings.get("f3")).isGreaterThan(before);
        assertThat(board.host(HOST).findings)
                .containsEntry(HostRow.Level.CRITICAL, 1)
                .containsEntry(HostRow.Level.WARNING, 8);
        assertThat(follower.resets).isEqualTo(1);
    }

    @Test
    void whoWasAwayForVeryLongStartsAgainAndEndsWithTheSame() throws InterruptedException {
        Follower away = new Follower();
        board.host(HOST, Records.host("a", "live", 2_000 * MS, 0), 1);
        finding("old", "CRITICAL", "");
        away.listen(board);
        for (int i = 0; i < 11_000; i++) {
            finding("g" + i, "INFO", "");
            board.finding("g" + i, HOST, null, 1);
        }
        board.finding("old", HOST, null, 1);
        finding("new", "CRITICAL", "");
        away.listen(board);
        assertThat(away.findings).containsOnlyKeys("new");
        assertThat(away.resets).isEqualTo(2);
    }

    @Test
    void theOldestAndMildestFindingsGoFirstAndAreCounted() throws InterruptedException {
        int size = Records.finding("f000", "INFO", "").length + 512;
        Board small = new Board(new Board.Limits(10, 1 << 20, 20L * size + 100));
        small.finding("crit", HOST, Records.finding("crit", "CRITICAL", ""), 1);
        for (int i = 0; i < 100; i++) {
            String id = String.format("f%03d", i);
            small.finding(id, HOST, Records.finding(id, "INFO", ""), 1);
        }
        Follower follower = new Follower();
        follower.listen(small);
        assertThat(follower.findings).hasSize(20).containsKeys("crit", "f099").doesNotContainKey("f080");
        assertThat(small.omitted().findings).isEqualTo(81);
    }

    @Test
    void hostsAndRegionsAreBoundedToo() throws InterruptedException {
        Board small = new Board(new Board.Limits(3, 10_000, 1 << 20));
        Follower follower = new Follower();
        for (int i = 0; i < 6; i++) {
            small.host(Records.key(i), Records.host("h" + i, i == 0 ? "live" : "ended", MS, 0), 1);
            small.finding("f" + i, Records.key(i), Records.finding("f" + i, "INFO", ""), 1);
            follower.listen(small);
        }
        assertThat(follower.hosts).containsOnly(Records.key(0), Records.key(4), Records.key(5));
        assertThat(follower.findings).containsOnlyKeys("f0", "f4", "f5");
        assertThat(small.omitted().hosts).isEqualTo(3);

        for (int i = 0; i < 100; i++) {
            small.region(Records.key(0) + "/r" + i, Records.region("h0r" + i, 8, MS, i == 50 ? -1 : 2 * MS, ""));
        }
        HostRow host = small.host(Records.key(0));
        assertThat(small.regions(host))
                .hasSizeBetween(3, 20)
                .first()
                .matches(r -> r.key().endsWith("/r50"));
        assertThat(host.regions).hasSameSizeAs(small.regions(host));
        assertThat(small.omitted().regions).isEqualTo(100 - host.regions.size());
        assertThat(host.liveRegions).isEqualTo(1);
        assertThat(host.pinnedBytes).isEqualTo(8 * 4096);
    }

    @Test
    void whatIsNoRecordIsCountedAndLeftOut() throws InterruptedException {
        for (String bad : List.of("", "{", "[]", "7", "{} {\"reset\":true}", "{\"a\":1}}")) {
            board.host(HOST, bad.getBytes(StandardCharsets.UTF_8), 1);
            board.region(HOST + "/r1", bad.getBytes(StandardCharsets.UTF_8));
            board.finding("f", HOST, bad.getBytes(StandardCharsets.UTF_8), 1);
        }
        Follower follower = new Follower();
        follower.listen(board);
        assertThat(follower.hosts).isEmpty();
        assertThat(follower.findings).isEmpty();
        assertThat(board.omitted().unreadable).isEqualTo(18);
    }

    @Test
    void aHostsHistoryIsThatOfItsRegionsInWhateverOrderTheyCome() throws IOException {
        board.host(HOST, Records.host("a", "live", 1_500 * MS, 0), 1_790_000_003_500L);
        board.region(HOST + "/r2", Records.region("h0r2", 16, 1_400 * MS, -1, ""));
        board.region(HOST + "/r1", Records.region("h0r1", 8, 1_000 * MS, -1, ""));
        board.region(HOST + "/r1", Records.region("h0r1", 8, 1_000 * MS, 1_700 * MS, ""));
        board.host(HOST, Records.host("a", "live", 1_900 * MS, 30), 1_790_000_002_000L);

        JsonNode detail = Records.JSON.readTree(BoardJson.detail(board, HOST));
        Map<Long, Long> pinnedPages = new TreeMap<>();
        detail.get("steps")
                .forEach(step ->
                        pinnedPages.put(step.get(0).asLong(), step.get(1).asLong() / 4096));
        assertThat(pinnedPages)
                .containsEntry(0L, 8L)
                .containsEntry(400L, 24L)
                .containsEntry(500L, 24L)
                .containsEntry(700L, 16L)
                .containsEntry(900L, 16L);
        JsonNode first = detail.get("steps").get(0);
        assertThat(first.get(2).asInt()).as("registrations").isEqualTo(1);
        assertThat(first.get(4).asInt()).as("the longest, ns").isEqualTo(250_000);
        assertThat(first.get(6).isNull()).as("no lag known").isTrue();
        JsonNode last = detail.get("steps").get(detail.get("steps").size() - 1);
        assertThat(last.get(5).asInt()).as("lost").isEqualTo(30);
        assertThat(last.get(6).asInt()).as("lag, ms").isEqualTo(100);
        assertThat(detail.get("regions")).hasSize(2);
        assertThat(detail.get("regions").get(0).get("region").has("map")).isFalse();
        assertThat(board.host(HOST).pinnedBytes).isEqualTo(16 * 4096);
    }

    @Test
    void aSeriesOfAnyLengthHasAnHourAtMost() throws IOException {
        for (int i = 0; i < 100_000; i++) {
            board.region(HOST + "/r" + i % 10, Records.region("h0r1", 8, i * 100 * MS, i * 100 * MS + MS, ""));
        }
        board.host(HOST, Records.host("a", "live", 10_000_000 * MS, 0), 1);
        JsonNode detail = Records.JSON.readTree(BoardJson.detail(board, HOST));
        assertThat(detail.get("steps").size()).isLessThanOrEqualTo(Series.STEPS);
        assertThat(detail.get("stepMs").asDouble()).isEqualTo(Series.LONGEST_NS / 1e6);
        assertThat(detail.get("steps").get(50).get(1).asLong()).isZero();
    }
}
