// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.trace.Damage;
import io.pintrail.trace.HostInfo;
import io.pintrail.trace.TraceInfo;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a trace holds, for people. */
public final class InfoText {
    private static final int MARKS = 50;

    private InfoText() {}

    /** One block a recording. */
    public static void write(TraceInfo info, Appendable out) throws IOException {
        line(out, "File", info.file() + (info.bytes() > 0 ? ", " + Units.bytes(info.bytes()) : ""));
        for (TraceInfo.Recording recording : info.recordings()) {
            out.append('\n');
            recording(recording, out);
        }
        if (!info.damage().isEmpty()) {
            out.append('\n');
        }
        for (Damage damage : info.damage()) {
            line(out, "Damaged", damage.toString());
        }
    }

    private static void recording(TraceInfo.Recording r, Appendable out) throws IOException {
        HostInfo host = r.host();
        if (host == null) {
            line(out, "Host", "unknown, the trace does not name it");
        } else {
            line(
                    out,
                    "Host",
                    host.hostname() + ", Linux " + host.kernel() + " " + host.machine() + ", "
                            + Units.plural(host.cpus(), "CPU"));
            line(out, "Recorder", host.recorderVersion() + ", " + host.backend() + ", scope " + scope(host));
        }
        if (r.id() != null) {
            line(out, "Recording", String.format(Locale.ROOT, "%016x, boot %s", r.id().recording(), r.id().bootId()));
        }
        String start = r.realtimeOffsetNs() == null
                ? ""
                : "from " + Units.wallClock(r.firstTime() + r.realtimeOffsetNs()) + " ";
        line(
                out,
                "Recorded",
                start + "for " + Units.duration(r.lastTime() - r.firstTime())
                        + (r.endedInOrder() ? "" : "; the end is missing"));
        line(out, "Batches", Units.count(r.batches()) + ", " + none(r.missingBatches()) + " missing");
        line(out, "Events", Units.count(r.events()) + ", " + none(r.lostEvents()) + " lost");
        for (Map.Entry<String, Long> kind : r.eventsPerKind().entrySet()) {
            out.append(
                    String.format(Locale.ROOT, "          %,14d  %s%n", kind.getValue(), Printable.of(kind.getKey())));
        }
        line(out, "Regions", Units.count(r.regions()));
        long attached = r.probes().stream().filter(p -> p.status() == 1).count();
        List<TraceInfo.Probe> missing =
                r.probes().stream().filter(TraceInfo.Probe::missing).toList();
        line(out, "Probes", Units.count(attached) + " attached, " + none(missing.size()) + " missing");
        for (TraceInfo.Probe probe : missing) {
            String note = probe.note().isEmpty() ? "" : ": " + probe.note();
            line(out, "", "missing " + probe.event() + " (" + probe.function() + ")" + note);
        }
        marks(r.marks(), out);
    }

    private static void marks(List<TraceInfo.Mark> marks, Appendable out) throws IOException {
        String names = marks.stream()
                .limit(MARKS)
                .map(mark -> Printable.of(mark.text(), Report.MARK_LENGTH))
                .collect(Collectors.joining(", "));
        line(
                out,
                "Marks",
                marks.isEmpty() ? "none" : names + (marks.size() > MARKS ? ", … (" + marks.size() + ")" : ""));
    }

    static String scope(HostInfo host) {
        return host.scope() == 0 ? "pinned" : "all";
    }

    private static String none(long count) {
        return count == 0 ? "none" : Units.count(count);
    }

    private static void line(Appendable out, String name, String text) throws IOException {
        out.append(name)
                .append(" ".repeat(10 - name.length()))
                .append(Printable.of(text))
                .append('\n');
    }
}
