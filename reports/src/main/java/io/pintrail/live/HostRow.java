// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** One recording on the {@link Board}, with what is counted of its regions and findings. */
final class HostRow {
    final String key;
    final Series series = new Series();
    final Map<Level, Integer> findings = new EnumMap<>(Level.class);
    final Set<String> regions = new HashSet<>();

    /** Version of the board at which something of it changed last. */
    long version;
    /** The same of its regions. */
    long regionsVersion;

    /** Its record; null until that has come. */
    JsonNode record;

    long liveRegions;
    long pinnedBytes;
    /** From its last event to when that was analysed; −1 where this is not known. */
    long lagMs = -1;

    /** How bad a finding is, as the records say it. */
    enum Level {
        INFO,
        WARNING,
        CRITICAL
    }

    HostRow(String key) {
        this.key = key;
    }

    boolean live() {
        return record == null || status().equals("live");
    }

    String status() {
        return record.path("status").asText();
    }

    long lastEventNs() {
        return record.path("lastEvent").asLong();
    }

    /** The record as it is now. */
    void update(JsonNode next, long publishedMs) {
        long lostBefore = record == null ? 0 : record.path("lostEvents").asLong();
        record = next;
        long lost = next.path("lostEvents").asLong() - lostBefore;
        if (lost > 0) {
            series.lost(lastEventNs(), lost);
        }
        if (live() && next.path("realtimeOffset").isNumber()) {
            long lastEventMs = (lastEventNs() + next.path("realtimeOffset").asLong()) / 1_000_000;
            lagMs = Math.max(0, publishedMs - lastEventMs);
            series.lag(lastEventNs(), lagMs);
        }
    }

    void count(Level level, int change) {
        findings.merge(level, change, Integer::sum);
    }

    /** Counts a region in place of what was known of it; null where it was not or is no longer. */
    void count(RegionRow before, RegionRow now) {
        if (before != null) {
            liveRegions -= before.live() ? 1 : 0;
            pin(before, -1);
        }
        if (now != null) {
            liveRegions += now.live() ? 1 : 0;
            pin(now, 1);
            if (before == null && now.registeredNs() >= 0) {
                series.registered(now.registeredNs(), now.latencyNs());
            }
        }
    }

    private void pin(RegionRow region, int sign) {
        pinnedBytes += sign * (region.live() ? region.bytes() : 0);
        if (region.bytes() > 0) {
            series.pinned(region.sinceNs(), sign * region.bytes());
            if (region.goneNs() >= 0) {
                series.pinned(region.goneNs(), -sign * region.bytes());
            }
        }
    }
}
