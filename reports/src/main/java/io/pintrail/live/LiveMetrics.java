// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.Finding;
import io.pintrail.analysis.FindingClass;
import io.pintrail.analysis.HostSummary;
import io.pintrail.analysis.Severity;
import io.pintrail.stream.WatchListener;
import io.pintrail.stream.WatchMetrics;
import io.pintrail.trace.RecordingId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What one instance does and follows, for its metrics. */
final class LiveMetrics implements WatchListener {
    private volatile WatchMetrics watch = new WatchMetrics();
    private final Map<RecordingId, Followed> followed = new ConcurrentHashMap<>();
    private final Map<Kind, LongAdder> findings = new ConcurrentHashMap<>();
    private final AtomicLong withdrawn = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong silent = new AtomicLong();
    private final LatencyHistogram latency = new LatencyHistogram();

    /** What is counted together. */
    record Kind(FindingClass type, Severity severity) {}

    /**
     * A recording that this instance follows.
     *
     * @param lagSeconds from its last event to the analysis of that; negative where this is not known
     */
    record Followed(HostSummary host, double lagSeconds) {}

    LiveMetrics() {
        for (FindingClass type : FindingClass.values()) {
            for (Severity severity : Severity.values()) {
                // A counter that is not there before the first count hides it from rate().
                findings.put(new Kind(type, severity), new LongAdder());
            }
        }
    }

    @Override
    public void found(HostSummary host, Finding finding) {
        findings.get(new Kind(finding.type(), finding.severity())).increment();
        host.realtimeOffsetNs()
                .ifPresent(offset -> latency.add(System.currentTimeMillis() / 1e3 - (finding.at() + offset) / 1e9));
    }

    @Override
    public void withdrawn(HostSummary host, String findingId) {
        withdrawn.incrementAndGet();
    }

    @Override
    public void now(RecordingId id, HostSummary host, long analysedMs) {
        double lag = analysedMs == 0 || host.realtimeOffsetNs().isEmpty()
                ? -1
                : Math.max(
                        0,
                        analysedMs / 1e3
                                - (host.lastEventNs() + host.realtimeOffsetNs().getAsLong()) / 1e9);
        followed.put(id, new Followed(host, lag));
    }

    @Override
    public void leaves(RecordingId id) {
        followed.remove(id);
    }

    @Override
    public void closed(RecordingId id, HostSummary host, Analysis analysis, boolean wasSilent) {
        followed.remove(id);
        (wasSilent ? silent : ended).incrementAndGet();
    }

    void of(WatchMetrics instance) {
        watch = instance;
    }

    WatchMetrics watch() {
        return watch;
    }

    List<Followed> followed() {
        return new ArrayList<>(followed.values());
    }

    long findings(Kind kind) {
        return findings.get(kind).sum();
    }

    long withdrawn() {
        return withdrawn.get();
    }

    long ended() {
        return ended.get();
    }

    long silent() {
        return silent.get();
    }

    LatencyHistogram latency() {
        return latency;
    }
}
