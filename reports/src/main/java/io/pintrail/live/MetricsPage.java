// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import io.pintrail.analysis.FindingClass;
import io.pintrail.analysis.HostSummary;
import io.pintrail.analysis.Severity;
import io.pintrail.stream.InstanceState;
import io.pintrail.stream.WatchMetrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** {@code /metrics}: what this instance does, and the hosts whose partitions it has. See docs/live.md. */
final class MetricsPage {
    private static final String HOST = "pintrail_host_";

    private final LiveMetrics local;
    private final OpenMetrics out;

    private MetricsPage(LiveMetrics local, OpenMetrics out) {
        this.local = local;
        this.out = out;
    }

    static String text(LiveMetrics local, InstanceState state, String version, boolean old) {
        MetricsPage page = new MetricsPage(local, new OpenMetrics(old));
        page.instance(state, version);
        page.work();
        page.findings();
        page.hosts();
        return page.out.end();
    }

    private void instance(InstanceState state, String version) {
        out.family("pintrail_build", "info", "", "The version of Pintrail.");
        out.sample("pintrail_build_info", 1, "version", version);
        out.gauge(
                "pintrail_watch_running",
                "",
                "1 while Kafka Streams runs, 0 while it rebalances or after it failed.",
                state.state().equals("RUNNING") ? 1 : 0);
        if (state.sincePollSeconds().isPresent()) {
            out.gauge(
                    "pintrail_watch_poll_age_seconds",
                    "seconds",
                    "Since this instance last asked for batches.",
                    state.sincePollSeconds().getAsDouble());
        }
        if (state.sinceHeartbeatSeconds().isPresent()) {
            out.gauge(
                    "pintrail_watch_heartbeat_age_seconds",
                    "seconds",
                    "Since a broker last answered this instance.",
                    state.sinceHeartbeatSeconds().getAsDouble());
        }
        out.family("pintrail_watch_lag_records", "gauge", "records", "Batches that wait in Kafka, by partition.");
        state.lagRecords().forEach((p, lag) -> out.sample("pintrail_watch_lag_records", lag, "partition", "" + p));
    }

    private void work() {
        WatchMetrics watch = local.watch();
        out.counter("pintrail_watch_batches", "Batches analysed.", watch.batches());
        out.counter("pintrail_watch_events", "Events in these.", watch.events());
        out.counter("pintrail_watch_lost_events", "Events that recorders say they lost.", watch.lost());
        out.counter("pintrail_watch_missing_batches", "Batches that never came, by sequence.", watch.missing());
        out.counter("pintrail_watch_duplicate_batches", "Batches that came again, ignored.", watch.duplicates());
        out.counter("pintrail_watch_dead_letters", "Records set aside, being no batches.", watch.setAside());
        out.counter("pintrail_watch_recordings_ended", "Recordings that ended in order.", local.ended());
        out.counter("pintrail_watch_recordings_silent", "Recordings closed for their silence.", local.silent());
        out.counter(
                "pintrail_watch_recordings_read_again",
                "Recordings whose kept state was of no use.",
                watch.readAgain());
    }

    private void findings() {
        out.family("pintrail_watch_findings", "counter", "", "Findings, each counted when it is first published.");
        for (FindingClass type : FindingClass.values()) {
            for (Severity severity : Severity.values()) {
                out.sample(
                        "pintrail_watch_findings_total",
                        local.findings(new LiveMetrics.Kind(type, severity)),
                        "class",
                        type.name().toLowerCase(Locale.ROOT),
                        "severity",
                        severity.name().toLowerCase(Locale.ROOT));
            }
        }
        out.counter("pintrail_watch_findings_withdrawn", "Findings withdrawn.", local.withdrawn());
        local.latency()
                .write(
                        out,
                        "pintrail_watch_finding_latency_seconds",
                        "From the event that parted the pages to the first publication of the finding.");
    }

    private void hosts() {
        List<LiveMetrics.Followed> all = local.followed();
        out.gauge("pintrail_watch_recordings", "", "Recordings that live and are followed here.", all.size());
        each(
                all,
                "regions",
                "",
                "Memory regions that are registered.",
                f -> f.host().liveRegions());
        each(all, "pinned_bytes", "bytes", "Bytes that memory regions pin.", f -> pinned(f.host()));
        each(
                all,
                "lost_events",
                "",
                "Events lost in the recording, as far as it came.",
                f -> f.host().lostEvents());
        each(
                all,
                "missing_batches",
                "",
                "Batches of the recording that never came.",
                f -> f.host().gaps());
        each(all, "lag_seconds", "seconds", "From the last event to its analysis.", LiveMetrics.Followed::lagSeconds);
        each(
                all,
                "last_event_timestamp_seconds",
                "seconds",
                "When the last event was, since 1970.",
                f -> f.host().realtimeOffsetNs().isEmpty()
                        ? -1
                        : (f.host().lastEventNs() + f.host().realtimeOffsetNs().getAsLong()) / 1e9);
    }

    private static double pinned(HostSummary host) {
        List<HostSummary.PinnedBytes> steps = host.pinnedBytes();
        return steps.isEmpty() ? 0 : steps.get(steps.size() - 1).bytes();
    }

    /** One sample a host; of several recordings of it the greatest value. Below zero: not known. */
    private void each(
            List<LiveMetrics.Followed> all,
            String name,
            String unit,
            String help,
            ToDoubleFunction<LiveMetrics.Followed> value) {
        record Host(String name, String id) {}
        Map<Host, Double> greatest = new LinkedHashMap<>();
        for (LiveMetrics.Followed each : all) {
            double known = value.applyAsDouble(each);
            if (known >= 0) {
                greatest.merge(new Host(each.host().name(), each.host().hostId()), known, Math::max);
            }
        }
        out.family(HOST + name, "gauge", unit, help);
        greatest.forEach((host, v) -> out.sample(HOST + name, v, "host", host.name(), "host_id", host.id()));
    }
}
