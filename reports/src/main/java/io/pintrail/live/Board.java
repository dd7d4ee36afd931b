// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the topics of the results say now, within bounds: the oldest and mildest goes first where there is too much.
 * Every change has a version, so that whoever knows the board as of one version can be told of what came later, however
 * long that took, without anything being kept for him. What is not synchronized is called with the board locked.
 */
final class Board {
    private static final int GONE_KEPT = 10_000;
    /** A record goes to the page as it came, so all of it must be one object. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Limits limits;
    private final Map<String, HostRow> hosts = new LinkedHashMap<>();
    private final Shelf<RegionRow> liveRegions = new Shelf<>();
    private final Shelf<RegionRow> goneRegions = new Shelf<>();
    private final Map<HostRow.Level, Shelf<FindingRow>> findings = new EnumMap<>(HostRow.Level.class);
    private final Deque<Gone> gone = new ArrayDeque<>();
    private long goneForgotten;
    private long version = 1;
    private boolean caughtUp;
    private final Omitted omitted = new Omitted();

    /** How much is kept. */
    record Limits(int hosts, long regionBytes, long findingBytes) {
        static final Limits DEFAULT = new Limits(2_000, 64L << 20, 24L << 20);
    }

    /** What is no longer there as of a version: a finding or a host. */
    record Gone(long version, boolean host, String key) {}

    /** What there was no room for, or what was no record of the format. */
    static final class Omitted {
        long hosts;
        long regions;
        long findings;
        long unreadable;
    }

    /**
     * How much of the board somebody knows.
     *
     * @param version all that changed up to there
     * @param from nothing of what went before that version
     */
    record Cursor(long version, long from) {
        static final Cursor NOTHING = new Cursor(0, 0);
    }

    /**
     * What changed, oldest first.
     *
     * @param known what the receiver knows then
     * @param reset what the receiver knew is too old: it starts from nothing
     */
    record Changes(Cursor known, boolean reset, List<HostRow> hosts, List<FindingRow> findings, List<Gone> gone) {}

    Board(Limits limits) {
        this.limits = limits;
        for (HostRow.Level level : HostRow.Level.values()) {
            findings.put(level, new Shelf<>());
        }
    }

    /** A record of the topic of hosts. */
    synchronized void host(String key, byte[] json, long publishedMs) {
        JsonNode record = read(json);
        if (record == null) {
            return;
        }
        row(key).update(record, publishedMs);
        changed(row(key));
    }

    /** A record of the topic of regions. */
    synchronized void region(String key, byte[] json) {
        int slash = key.indexOf('/');
        JsonNode record = json == null ? null : read(json);
        if (slash < 0 || record == null) {
            return;
        }
        HostRow host = row(key.substring(0, slash));
        RegionRow now = RegionRow.of(key, host.key, json, record);
        RegionRow before = liveRegions.remove(key);
        if (before == null) {
            before = goneRegions.remove(key);
        }
        (now.goneNs() < 0 ? liveRegions : goneRegions).put(now);
        host.count(before, now);
        host.regions.add(key);
        changed(host);
        host.regionsVersion = version;
        while (liveRegions.bytes() + goneRegions.bytes() > limits.regionBytes()) {
            omitRegion();
        }
    }

    private void omitRegion() {
        RegionRow oldest = goneRegions.removeOldest();
        if (oldest == null) {
            oldest = liveRegions.removeOldest();
            hosts.get(oldest.host()).count(oldest, null);
        }
        hosts.get(oldest.host()).regions.remove(oldest.key());
        omitted.regions++;
    }

    /** A record of the topic of findings; {@code json} is null where it is withdrawn. */
    synchronized void finding(String id, String hostKey, byte[] json, long publishedMs) {
        JsonNode record = json == null ? null : read(json);
        if (json != null && record == null) {
            return;
        }
        FindingRow before = removeFinding(id);
        if (record != null) {
            HostRow.Level level = level(record.path("severity").asText());
            HostRow host = row(hostKey);
            host.count(level, 1);
            changed(host);
            String region = record.path("region").asText();
            findings.get(level).put(new FindingRow(id, hostKey, region, level, json, publishedMs, version));
            boundFindings();
        } else if (before != null) {
            changed(hosts.get(before.host()));
            gone(false, id);
        }
    }

    private FindingRow removeFinding(String id) {
        for (Shelf<FindingRow> shelf : findings.values()) {
            FindingRow known = shelf.remove(id);
            if (known != null) {
                hosts.get(known.host()).count(known.level(), -1);
                return known;
            }
        }
        return null;
    }

    private void boundFindings() {
        while (findings.values().stream().mapToLong(Shelf::bytes).sum() > limits.findingBytes()) {
            Iterator<Shelf<FindingRow>> mildestFirst = findings.values().iterator();
            FindingRow oldest = null;
            while (oldest == null) {
                oldest = mildestFirst.next().removeOldest();
            }
            hosts.get(oldest.host()).count(oldest.level(), -1);
            omitted.findings++;
            gone(false, oldest.key());
        }
    }

    private static HostRow.Level level(String severity) {
        for (HostRow.Level level : HostRow.Level.values()) {
            if (level.name().equals(severity)) {
                return level;
            }
        }
        return HostRow.Level.INFO;
    }

    private JsonNode read(byte[] json) {
        try {
            JsonNode record = JSON.readTree(json);
            if (record != null && record.isObject()) {
                return record;
            }
        } catch (IOException e) {
            // counted, as what is JSON and no object
        }
        omitted.unreadable++;
        return null;
    }

    /** The row of a recording, a new one if need be. */
    private HostRow row(String key) {
        HostRow known = hosts.get(key);
        if (known != null) {
            return known;
        }
        if (hosts.size() >= limits.hosts()) {
            omitHost();
        }
        HostRow fresh = new HostRow(key);
        hosts.put(key, fresh);
        return fresh;
    }

    private void omitHost() {
        HostRow least = hosts.values().stream()
                .min(Comparator.comparing(HostRow::live).thenComparingLong(row -> row.version))
                .orElseThrow();
        least.regions.forEach(key -> {
            liveRegions.remove(key);
            goneRegions.remove(key);
        });
        for (Shelf<FindingRow> shelf : findings.values()) {
            List<FindingRow> its =
                    shelf.all().stream().filter(f -> f.host().equals(least.key)).toList();
            its.forEach(finding -> {
                shelf.remove(finding.key());
                gone(false, finding.key());
            });
        }
        hosts.remove(least.key);
        gone(true, least.key);
        omitted.hosts++;
    }

    private void changed(HostRow host) {
        host.version = ++version;
        notifyAll();
    }

    private void gone(boolean host, String key) {
        gone.add(new Gone(++version, host, key));
        if (gone.size() > GONE_KEPT) {
            goneForgotten = gone.removeFirst().version;
        }
    }

    /** All that was in the topics at the start has come. */
    synchronized void caughtUp() {
        caughtUp = true;
        version++;
        notifyAll();
    }

    /** Waits for something that is not known there, for so long at most; returns whether there is. */
    synchronized boolean await(Cursor known, long ms) throws InterruptedException {
        if (version <= known.version) {
            wait(ms);
        }
        return version > known.version;
    }

    /** About {@code most} of what changed after that, oldest first. */
    synchronized Changes changes(Cursor known, int most) {
        boolean reset = known.version == 0 || Math.max(known.version, known.from) < goneForgotten;
        long after = reset ? 0 : known.version;
        long from = reset ? version : known.from;
        Stream<HostRow> told = hosts.values().stream().filter(host -> host.record != null);
        List<HostRow> newHosts = told.filter(host -> host.version > after).toList();
        List<FindingRow> newFindings = findings.values().stream()
                .flatMap(shelf -> shelf.all().stream())
                .filter(finding -> finding.version() > after)
                .toList();
        List<Gone> newGone = gone.stream()
                .filter(each -> each.version > Math.max(after, from))
                .toList();
        long[] versions = Stream.of(
                        newHosts.stream().map(host -> host.version),
                        newFindings.stream().map(FindingRow::version),
                        newGone.stream().map(Gone::version))
                .flatMapToLong(each -> each.mapToLong(Long::longValue))
                .sorted()
                .toArray();
        long upTo = versions.length > most ? versions[most - 1] : version;
        return new Changes(
                new Cursor(upTo, from),
                reset,
                newHosts.stream().filter(host -> host.version <= upTo).toList(),
                newFindings.stream()
                        .filter(finding -> finding.version() <= upTo)
                        .toList(),
                newGone.stream().filter(each -> each.version <= upTo).toList());
    }

    HostRow host(String key) {
        return hosts.get(key);
    }

    RegionRow region(String key) {
        RegionRow live = liveRegions.get(key);
        return live == null ? goneRegions.get(key) : live;
    }

    /** The regions of a host, what deserves to be looked at first. */
    List<RegionRow> regions(HostRow host) {
        return host.regions.stream()
                .map(this::region)
                .sorted(Comparator.comparingInt(RegionRow::rank)
                        .thenComparingLong(RegionRow::bytes)
                        .thenComparingLong(RegionRow::sinceNs)
                        .reversed())
                .toList();
    }

    List<FindingRow> findings(String host, String region) {
        return findings.values().stream()
                .flatMap(shelf -> shelf.all().stream())
                .filter(finding ->
                        finding.host().equals(host) && finding.region().equals(region))
                .toList();
    }

    boolean isCaughtUp() {
        return caughtUp;
    }

    Omitted omitted() {
        return omitted;
    }
}
