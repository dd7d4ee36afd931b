// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.RegionSummary;
import io.pintrail.analysis.Verdict;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The page maps of the worst regions, and what their colours mean. */
final class HtmlMaps {
    private static final int MAPS = 60;

    private HtmlMaps() {}

    static Markup html(Report report, List<RegionSummary> worstFirst) {
        List<RegionSummary> withPages =
                worstFirst.stream().filter(r -> r.pageMap().pages() > 0).toList();
        if (withPages.isEmpty()) {
            return new Markup("<p>No region with pages to draw.</p>\n");
        }
        List<RegionSummary> drawn = withPages.subList(0, Math.min(MAPS, withPages.size()));
        StringBuilder out =
                new StringBuilder("<p class=\"lead\">Each strip is a region from its first page to its last;"
                        + " each cell shows the worst that happened to its pages.</p>\n");
        legend(drawn, out);
        drawn.forEach(region -> map(report, region, out));
        long all = withPages.size() + report.result().regionsOmitted();
        out.append(WorstFirst.omitted(all, drawn.size(), "region", "all are in regions.csv"));
        return new Markup(out.toString());
    }

    private static void legend(List<RegionSummary> drawn, StringBuilder out) {
        Set<Verdict> seen = EnumSet.noneOf(Verdict.class);
        drawn.forEach(r -> r.pageMap().runs().forEach(run -> seen.add(run.worst())));
        out.append("<ul class=\"legend\">\n");
        for (Verdict verdict : VerdictStyle.WORST_FIRST) {
            if (seen.contains(verdict)) {
                out.append("<li>")
                        .append(VerdictStyle.swatch(VerdictStyle.css(verdict)))
                        .append(verdict);
                out.append(" <span>").append(Markup.escape(verdict.meaning())).append("</span></li>\n");
            }
        }
        out.append("</ul>\n");
    }

    private static void map(Report report, RegionSummary region, StringBuilder out) {
        int cells = region.pageMap().cells(PageMapSvg.CELLS).length;
        long perCell = PageMapSvg.perCell(region, cells);
        String host = report.result().hosts().size() == 1
                ? ""
                : " on " + report.host(region.host()).name();
        out.append("<div class=\"map\"><header><b>")
                .append(Markup.escape(region.id()))
                .append("</b><span>");
        out.append(Markup.escape(region.comm() + " " + region.pid() + host)).append("</span><code>");
        out.append(Units.hex(region.va()))
                .append("</code><span class=\"note\">")
                .append(Units.pages(region.pages()));
        out.append(perCell == 1 ? "" : ", a cell is " + Units.pages(perCell)).append("</span></header>\n");
        out.append(PageMapSvg.svg(region)).append("</div>\n");
    }
}
