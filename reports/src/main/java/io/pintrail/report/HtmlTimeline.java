// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.Finding;
import io.pintrail.analysis.HostSummary;
import io.pintrail.analysis.RegionSummary;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Regions over time, host by host: the worst regions, in order of registration. */
final class HtmlTimeline {
    private static final int ROWS = 60;
    private static final int TICKS = 8;
    private static final int MARKS = 200;

    private HtmlTimeline() {}

    static Markup html(Report report, List<RegionSummary> worstFirst) {
        Map<String, List<Finding>> findings =
                report.result().findings().stream().collect(Collectors.groupingBy(Finding::region));
        List<RegionSummary> drawn =
                worstFirst.stream().filter(r -> r.error() == 0).limit(ROWS).toList();
        StringBuilder out = new StringBuilder();
        if (drawn.isEmpty()) {
            return new Markup("<p>No region to draw.</p>\n");
        }
        out.append("<p class=\"lead\">Each bar is a region from registration to deregistration, hatched from the moment"
                + " it was wrong. The stroke across it is that moment; ticks below are uses by the device.</p>\n");
        for (HostSummary host : report.result().hosts()) {
            List<RegionSummary> rows = drawn.stream()
                    .filter(r -> r.host() == host.index())
                    .sorted(Comparator.comparingLong(RegionSummary::since))
                    .toList();
            if (!rows.isEmpty()) {
                host(host, rows, findings, out);
            }
        }
        long all = worstFirst.stream().filter(r -> r.error() == 0).count()
                + report.result().regionsOmitted();
        out.append(WorstFirst.omitted(all, drawn.size(), "region", "all are in regions.csv"));
        return new Markup(out.toString());
    }

    private static void host(
            HostSummary host, List<RegionSummary> rows, Map<String, List<Finding>> findings, StringBuilder out) {
        TimeScale scale = scale(host, rows);
        out.append("<div class=\"timeline\">\n<h3>")
                .append(Markup.escape(host.name()))
                .append("</h3>\n");
        axis(host, scale, out);
        for (RegionSummary region : rows) {
            out.append("<div class=\"row\"><span><b>")
                    .append(Markup.escape(region.id()))
                    .append("</b> ");
            out.append(Markup.escape(region.comm()))
                    .append(' ')
                    .append(region.pid())
                    .append("</span>");
            out.append(TimelineRow.svg(region, findings.getOrDefault(region.id(), List.of()), scale));
            out.append("</div>\n");
        }
        out.append("</div>\n");
    }

    /** From shortly before the first of the regions to shortly after the last. */
    private static TimeScale scale(HostSummary host, List<RegionSummary> rows) {
        long first = rows.stream().mapToLong(RegionSummary::since).min().orElse(host.firstEventNs());
        long last = rows.stream()
                .mapToLong(r -> r.deregisteredAt().orElse(host.lastEventNs()))
                .max()
                .orElse(host.lastEventNs());
        long margin = Math.max(0, last - first) / 40;
        return TimeScale.of(
                host.firstEventNs(),
                Math.max(host.firstEventNs(), first - margin),
                Math.min(host.lastEventNs(), last + margin));
    }

    private static void axis(HostSummary host, TimeScale scale, StringBuilder out) {
        out.append(
                "<div class=\"row axis\"><span>since the first event</span><svg height=\"26\" aria-hidden=\"true\">");
        for (long tick : scale.ticks(TICKS)) {
            double x = scale.percent(tick);
            String anchor = x < 4 ? "start" : x > 96 ? "end" : "middle";
            out.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.3f%%\" y=\"12\" text-anchor=\"%s\">%s</text>",
                    x,
                    anchor,
                    scale.label(tick)));
        }
        List<HostSummary.Mark> marks = host.marks().stream()
                .filter(m -> m.timeNs() >= scale.from() && m.timeNs() <= scale.to())
                .limit(MARKS)
                .toList();
        for (HostSummary.Mark mark : marks) {
            out.append(String.format(
                    Locale.ROOT,
                    "<rect class=\"mark\" x=\"%.3f%%\" y=\"18\" width=\"2\" height=\"8\">"
                            + "<title>mark %s at %s</title></rect>",
                    Math.min(scale.percent(mark.timeNs()), 99.8),
                    Markup.escape(Printable.of(mark.text(), Report.MARK_LENGTH)),
                    Units.offset(mark.timeNs() - scale.zero())));
        }
        out.append("</svg></div>\n");
    }
}
