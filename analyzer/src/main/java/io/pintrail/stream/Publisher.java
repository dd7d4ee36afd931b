// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import io.pintrail.analysis.Finding;
import io.pintrail.analysis.HostSummary;
import io.pintrail.analysis.LiveRegion;
import io.pintrail.analysis.RegionSummary;
import io.pintrail.trace.RecordingId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Brings results to their topics. What is published of a live region may be withdrawn again, so the ids are remembered;
 * what has been published already, with the same content, is not published again.
 */
final class Publisher {
    /** In place of the hash of what is in the topic: something is, and is no longer what is said. */
    private static final String OUTDATED = "";

    private final ProcessorContext<String, byte[]> context;
    private final RecordingStore store;
    private final RecordFormat format;
    private final WatchListener listener;
    private boolean told;

    Publisher(
            ProcessorContext<String, byte[]> context,
            RecordingStore store,
            RecordFormat format,
            WatchListener listener) {
        this.context = context;
        this.store = store;
        this.format = format;
        this.listener = listener;
    }

    /** Whether anything went to a topic since this was last asked. */
    boolean takeTold() {
        boolean taken = told;
        told = false;
        return taken;
    }

    /** All that is settled of a recording and not yet in the topics. */
    void settled(RecordingState state, HostSummary host) {
        Progress known = store.progress(state.id);
        List<SettledFinding> findings = state.takeFindings(known.findings());
        List<RegionSummary> regions = state.takeRegions(known.regions());
        if (findings.isEmpty() && regions.isEmpty()) {
            return;
        }
        for (Map.Entry<String, List<SettledFinding>> of : byRegion(findings).entrySet()) {
            Map<String, String> open = store.open(state.id, of.getKey());
            of.getValue().forEach(settled -> publish(host, settled, open));
            store.open(state.id, of.getKey(), open);
        }
        for (RegionSummary region : regions) {
            withdrawAll(state.id, host, region.id());
            region(state.id, host, region);
        }
        store.progress(
                state.id,
                new Progress(
                        known.status(),
                        known.findings() + findings.size(),
                        known.regions() + regions.size(),
                        known.at()));
    }

    /** All of a recording that was read again, in the place of what is in the topics. */
    void anew(RecordingState state, HostSummary host, List<LiveRegion> live, Map<String, byte[]> inTopic) {
        Map<String, String> before = new LinkedHashMap<>();
        inTopic.forEach((id, value) -> before.put(id, hash(value)));
        store.forgetOpen(state.id);
        List<SettledFinding> findings = state.takeFindings(0);
        List<RegionSummary> regions = state.takeRegions(0);
        findings.forEach(settled -> publish(host, settled, before));
        regions.forEach(region -> region(state.id, host, region));
        for (LiveRegion region : live) {
            Map<String, String> open = new LinkedHashMap<>();
            region.open().forEach(f -> open.put(f.id(), publish(host, f, before.remove(f.id()))));
            store.open(state.id, region.summary().id(), open);
            region(state.id, host, region.summary());
        }
        before.keySet().forEach(gone -> withdraw(host, gone));
        store.progress(state.id, new Progress(Progress.Status.LIVE, findings.size(), regions.size(), 0));
    }

    /** A region that lives, as it is now. */
    void live(RecordingId id, HostSummary host, LiveRegion region) {
        open(id, host, region.summary(), region.open());
    }

    /** What closing a silent recording settled; it is as good as open, for the recording may come back. */
    void closedForNow(RecordingState state, HostSummary host) {
        Progress known = store.progress(state.id);
        Map<String, List<SettledFinding>> findings = byRegion(state.takeFindings(known.findings()));
        for (RegionSummary region : state.takeRegions(known.regions())) {
            List<SettledFinding> settled = findings.getOrDefault(region.id(), List.of());
            open(
                    state.id,
                    host,
                    region,
                    settled.stream().map(SettledFinding::finding).toList());
        }
    }

    private void open(RecordingId id, HostSummary host, RegionSummary region, List<Finding> findings) {
        Map<String, String> before = store.open(id, region.id());
        Map<String, String> now = new LinkedHashMap<>();
        for (Finding finding : findings) {
            now.put(finding.id(), publish(host, finding, before.remove(finding.id())));
        }
        before.keySet().forEach(gone -> withdraw(host, gone));
        store.open(id, region.id(), now);
        region(id, host, region);
    }

    private void withdrawAll(RecordingId id, HostSummary host, String region) {
        Map<String, String> left = store.open(id, region);
        if (!left.isEmpty()) {
            left.keySet().forEach(gone -> withdraw(host, gone));
            store.open(id, region, Map.of());
        }
    }

    /** @param inTopic hashes by finding, of which this one is taken */
    private void publish(HostSummary host, SettledFinding settled, Map<String, String> inTopic) {
        String known = inTopic.remove(settled.finding().id());
        publish(host, settled.finding(), settled.again() ? OUTDATED : known);
    }

    /** Returns the hash of what is in the topic now. */
    private String publish(HostSummary host, Finding finding, String knownHash) {
        byte[] value = format.finding(finding);
        String hash = hash(value);
        if (!hash.equals(knownHash)) {
            forward(WatchTopology.FINDINGS, finding.id(), value, host);
            listener.finding(host, finding);
            if (knownHash == null) {
                listener.found(host, finding);
            }
        }
        return hash;
    }

    private void withdraw(HostSummary host, String finding) {
        forward(WatchTopology.FINDINGS, finding, null, host);
        listener.withdrawn(host, finding);
    }

    private void region(RecordingId id, HostSummary host, RegionSummary region) {
        String number = region.id().substring(region.id().indexOf('r'));
        forward(WatchTopology.REGIONS, RecordingStore.key(id) + "/" + number, format.region(host, region), host);
    }

    void host(RecordingState state, HostSummary host, Progress.Status status) {
        byte[] value =
                format.host(host, state.analysis.noticesNow(), status.name().toLowerCase(Locale.ROOT));
        forward(WatchTopology.HOSTS, RecordingStore.key(state.id), value, host);
    }

    /** A record that is no batch: as it came, with the reason. */
    void setAside(Record<byte[], byte[]> entry, String reason) {
        Headers headers = new RecordHeaders(entry.headers());
        headers.add("reason", reason.getBytes(StandardCharsets.UTF_8));
        context.recordMetadata().ifPresent(from -> {
            String place = from.topic() + "-" + from.partition() + "@" + from.offset();
            headers.add("from", place.getBytes(StandardCharsets.UTF_8));
        });
        String key = entry.key() == null ? null : new String(entry.key(), StandardCharsets.UTF_8);
        told = true;
        context.forward(new Record<>(key, entry.value(), entry.timestamp(), headers), WatchTopology.DEAD_LETTERS);
        listener.setAside(reason);
    }

    private void forward(String sink, String key, byte[] value, HostSummary host) {
        Headers headers = new RecordHeaders();
        headers.add("host", host.name().getBytes(StandardCharsets.UTF_8));
        headers.add("hostId", host.hostId().getBytes(StandardCharsets.US_ASCII));
        headers.add("bootId", host.bootId().getBytes(StandardCharsets.US_ASCII));
        headers.add("recordingId", host.recordingId().getBytes(StandardCharsets.US_ASCII));
        told = true;
        context.forward(new Record<>(key, value, context.currentSystemTimeMs(), headers), sink);
    }

    private static Map<String, List<SettledFinding>> byRegion(List<SettledFinding> findings) {
        Map<String, List<SettledFinding>> by = new LinkedHashMap<>();
        findings.forEach(settled -> by.computeIfAbsent(settled.finding().region(), r -> new ArrayList<>())
                .add(settled));
        return by;
    }

    private static String hash(byte[] value) {
        CRC32C crc = new CRC32C();
        crc.update(value);
        return Long.toHexString(crc.getValue() << 32 | Arrays.hashCode(value) & 0xffff_ffffL);
    }
}
