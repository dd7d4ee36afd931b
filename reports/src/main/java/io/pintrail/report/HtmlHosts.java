// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.HostSummary;
import io.pintrail.analysis.Notice;
import io.pintrail.trace.Damage;
import java.util.List;
import java.util.stream.Collectors;

/** What was recorded, where, and what the recording lacks. */
final class HtmlHosts {
    private static final int MARKS = 40;
    private static final int NOTICES = 40;
    private static final int DAMAGE = 20;

    private HtmlHosts() {}

    static Markup html(Report report) {
        StringBuilder out = new StringBuilder();
        notices(report, out);
        for (HostSummary host : report.result().hosts()) {
            out.append("<div class=\"host\"><h3>")
                    .append(Markup.escape(host.name()))
                    .append("</h3>\n");
            out.append("<dl class=\"facts\">\n")
                    .append(facts(host).html().html())
                    .append("</dl>\n</div>\n");
        }
        return new Markup(out.toString());
    }

    private static void notices(Report report, StringBuilder out) {
        List<Notice> notices = report.result().notices();
        List<Damage> damage =
                report.traces().stream().flatMap(t -> t.damage().stream()).toList();
        if (notices.isEmpty() && damage.isEmpty()) {
            out.append("<p>Nothing is missing from the recording.</p>\n");
            return;
        }
        out.append("<ul>\n");
        for (Notice notice : notices.subList(0, Math.min(NOTICES, notices.size()))) {
            String host = report.result().hosts().size() == 1
                    ? ""
                    : report.host(notice.host()).name() + ": ";
            out.append("<li class=\"warn\">")
                    .append(Markup.escape(host + notice.text()))
                    .append("</li>\n");
        }
        for (Damage d : damage.subList(0, Math.min(DAMAGE, damage.size()))) {
            out.append("<li class=\"warn\">")
                    .append(Markup.escape(d.toString()))
                    .append("</li>\n");
        }
        out.append("</ul>\n");
        out.append(WorstFirst.omitted(notices.size(), NOTICES, "notice", "all are in findings.json"));
        out.append(WorstFirst.omitted(damage.size(), DAMAGE, "damaged passage", "all are in findings.json"));
    }

    private static Facts facts(HostSummary host) {
        Facts facts = new Facts()
                .add("Kernel", (host.kernel() + " " + host.machine()).strip())
                .add("Recorder", recorder(host))
                .add("Recorded", recorded(host))
                .add("Events", events(host))
                .add("Probes", probes(host));
        List<String> missing = host.probes().stream()
                .filter(p -> p.status() == 0)
                .map(p -> p.event() + " (" + p.function() + (p.note().isEmpty() ? "" : ": " + p.note()) + ")")
                .toList();
        if (!missing.isEmpty()) {
            facts.add(
                    "Missing probes",
                    new Markup("<span class=\"warn\">" + Markup.escape(String.join(", ", missing)) + "</span>"));
        }
        if (host.snapshotPages() > 0) {
            facts.add("Checked by pagemap", snapshots(host));
        }
        return facts.add("Marks", marks(host)).code("Boot", host.bootId());
    }

    private static String recorder(HostSummary host) {
        return List.of(host.recorder(), host.backend(), host.scope().isEmpty() ? "" : "scope " + host.scope()).stream()
                .filter(s -> !s.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static String recorded(HostSummary host) {
        String start = host.realtimeOffsetNs().isEmpty()
                ? ""
                : "from "
                        + Units.wallClock(
                                host.firstEventNs() + host.realtimeOffsetNs().getAsLong())
                        + " ";
        return start + "for " + Units.duration(host.lastEventNs() - host.firstEventNs())
                + (host.complete() ? "" : "; the end is missing");
    }

    private static String events(HostSummary host) {
        return Units.count(host.events()) + " in "
                + Units.plural(host.batches(), "batch").replace("batchs", "batches")
                + "; " + (host.lostEvents() == 0 ? "none" : Units.count(host.lostEvents())) + " lost"
                + (host.gaps() == 0 ? "" : "; " + Units.plural(host.gaps(), "gap"));
    }

    private static String probes(HostSummary host) {
        long attached = host.probes().stream().filter(p -> p.status() == 1).count();
        return host.probes().isEmpty() ? "" : Units.count(attached) + " attached";
    }

    private static String snapshots(HostSummary host) {
        return Units.pages(host.snapshotPages()) + ", "
                + (host.snapshotDifferences() == 0
                        ? "no difference"
                        : Units.plural(host.snapshotDifferences(), "difference"));
    }

    private static String marks(HostSummary host) {
        String names = host.marks().stream()
                .limit(MARKS)
                .map(mark -> Printable.of(mark.text(), Report.MARK_LENGTH))
                .distinct()
                .collect(Collectors.joining(", "));
        return host.marks().size() > MARKS
                ? names + ", … (" + Units.count(host.marks().size()) + ")"
                : names;
    }
}
