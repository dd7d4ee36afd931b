// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.Finding;
import io.pintrail.analysis.RegionSummary;
import io.pintrail.analysis.Verdict;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The life of one region as a bar: since when it was wrong, the moments it went wrong, and when the device used it. */
final class TimelineRow {
    /** More findings of one region would cover each other. */
    private static final int FINDINGS = 64;

    private static final double NARROWEST = 0.25;

    private final TimeScale scale;
    private final long end;
    private final StringBuilder out = new StringBuilder();

    private TimelineRow(TimeScale scale, long end) {
        this.scale = scale;
        this.end = end;
    }

    static String svg(RegionSummary region, List<Finding> findings, TimeScale scale) {
        TimelineRow row = new TimelineRow(scale, region.deregisteredAt().orElse(scale.to()));
        row.draw(region, findings);
        return row.out.toString();
    }

    private void draw(RegionSummary region, List<Finding> findings) {
        out.append("<svg role=\"img\" height=\"25\" aria-label=\"").append(Markup.escape(describe(region, findings)));
        out.append("\">");
        boolean unknown = region.worst().getOrDefault(Verdict.UNKNOWN, 0L) > 0;
        bar(region.since(), end, unknown ? "v-unknown" : "v-ok", "registered for " + life(region));
        List<Finding> mildestFirst = findings.stream()
                .limit(FINDINGS)
                .sorted(Comparator.comparing(Finding::type))
                .toList();
        for (Finding f : mildestFirst) {
            bar(f.at(), f.healedAt().orElse(end), VerdictStyle.css(f.type()), title(f));
        }
        for (Finding f : mildestFirst) {
            element("<rect class=\"moment\" x=\"%.3f%%\" y=\"5\" width=\"2\" height=\"14\">", f.at(), title(f));
        }
        for (RegionSummary.DeviceUse.Moment use : region.use().buckets()) {
            if (use.accesses() > 0) {
                String times = use.accesses() == 1 ? "once" : Units.count(use.accesses()) + " times";
                element(
                        "<rect class=\"use\" x=\"%.3f%%\" y=\"20\" width=\"2\" height=\"4\">",
                        use.timeNs(), "used by the device " + times);
            }
        }
        out.append("</svg>");
    }

    private void bar(long from, long to, String css, String title) {
        double x = scale.percent(from);
        double width = Math.max(NARROWEST, scale.percent(to) - x);
        out.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.3f%%\" y=\"7\" width=\"%.3f%%\" height=\"10\"><title>%s</title></rect>",
                css,
                Math.min(x, 100 - NARROWEST),
                width,
                Markup.escape(title)));
    }

    private void element(String open, long time, String title) {
        out.append(String.format(Locale.ROOT, open, Math.min(scale.percent(time), 99.8)));
        out.append("<title>").append(Markup.escape(title)).append("</title></rect>");
    }

    private String title(Finding f) {
        return f.type() + " by " + f.cause() + ", " + Units.pages(f.pages()) + ", at "
                + Units.offset(f.at() - scale.zero()) + (f.by().call().isEmpty() ? "" : ", " + f.by().call());
    }

    private String life(RegionSummary region) {
        return (region.registeredAt().isPresent() ? "" : "more than ")
                + Units.duration(Math.max(0, end - region.since()))
                + (region.live() ? ", still registered at the end" : "");
    }

    private String describe(RegionSummary region, List<Finding> findings) {
        return "Region " + region.id() + ", registered for " + life(region) + ", "
                + Units.plural(findings.size(), "finding")
                + (findings.isEmpty() ? "" : ", first at " + Units.offset(first(findings) - scale.zero()));
    }

    private static long first(List<Finding> findings) {
        return findings.stream().mapToLong(Finding::at).min().orElse(0);
    }
}
