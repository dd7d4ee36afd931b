// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.Holder;
import io.pintrail.analysis.RegionSummary;
import io.pintrail.analysis.Verdict;
import java.util.List;

/** The regions as a table, worst first. */
final class HtmlRegions {
    private static final int ROWS = 400;

    /** Longer names are broken into lines. */
    private static final int WIDEST_NAME = 30;

    /** A hostname or device name may be 4 KiB of anything; a table shows this much. */
    private static final int LONGEST_TEXT = 80;

    private HtmlRegions() {}

    static Markup html(Report report, List<RegionSummary> worstFirst) {
        if (worstFirst.isEmpty()) {
            return new Markup("<p>No memory region was registered while this was recorded.</p>\n");
        }
        StringBuilder out = new StringBuilder("<div class=\"scroll\">\n<table class=\"wide\">\n<thead><tr>");
        out.append("<th scope=\"col\">Region</th><th scope=\"col\">Process</th><th scope=\"col\">Held by</th>");
        out.append("<th scope=\"col\">Keys</th><th scope=\"col\">Address</th><th scope=\"col\" class=\"n\">Size</th>");
        out.append("<th scope=\"col\">Access</th><th scope=\"col\" class=\"n\">Registered</th>");
        out.append("<th scope=\"col\">Pages, at their worst</th></tr></thead>\n<tbody>\n");
        for (RegionSummary region : worstFirst.subList(0, Math.min(ROWS, worstFirst.size()))) {
            row(report, region, out);
        }
        out.append("</tbody>\n</table>\n</div>\n");
        long all = worstFirst.size() + report.result().regionsOmitted();
        out.append(WorstFirst.omitted(all, Math.min(ROWS, worstFirst.size()), "region", "see regions.csv"));
        return new Markup(out.toString());
    }

    private static void row(Report report, RegionSummary r, StringBuilder out) {
        String host = report.result().hosts().size() == 1
                ? ""
                : " on " + report.host(r.host()).name();
        String process = r.comm() + " " + r.pid() + host;
        String access = AccessFlags.text(r.access());
        String keys = Integer.toHexString(r.lkey()) + " / " + Integer.toHexString(r.rkey());
        out.append("<tr id=\"").append(Markup.escape(r.id())).append("\">");
        cell(out, "", r.id());
        cell(out, process.length() <= WIDEST_NAME ? "name" : "", process);
        cell(out, "", r.device());
        cell(out, "mono", r.error() == 0 && r.holder() == Holder.RDMA ? keys : "–");
        cell(out, "mono", addressed(r) ? Units.hex(r.va()) : "–");
        cell(out, "n", Units.bytes(r.length()));
        cell(out, access.length() <= WIDEST_NAME ? "name" : "", access);
        cell(out, "n", registered(report, r));
        out.append("<td>").append(r.error() == 0 ? verdicts(r) : "failed: " + Errno.name(-r.error()));
        out.append("</td></tr>\n");
    }

    private static boolean addressed(RegionSummary r) {
        return r.va() != 0 || r.origin() == RegionSummary.Origin.REGISTERED;
    }

    private static String registered(Report report, RegionSummary r) {
        if (r.registeredAt().isPresent()) {
            return Units.offset(
                    r.registeredAt().getAsLong() - report.host(r.host()).firstEventNs());
        }
        return r.origin() == RegionSummary.Origin.LOST ? "lost" : "earlier";
    }

    private static void cell(StringBuilder out, String css, String text) {
        out.append(css.isEmpty() ? "<td>" : "<td class=\"" + css + "\">");
        out.append(Markup.escape(Printable.of(text, LONGEST_TEXT))).append("</td>");
    }

    /** Counts with their colours, wrong ones first. */
    private static String verdicts(RegionSummary region) {
        StringBuilder out = new StringBuilder("<span class=\"chips\">");
        for (Verdict verdict : VerdictStyle.WORST_FIRST) {
            long pages = region.worst().getOrDefault(verdict, 0L);
            if (pages > 0) {
                out.append("<span class=\"chip\">").append(VerdictStyle.swatch(VerdictStyle.css(verdict)));
                out.append(Units.count(pages)).append(' ').append(verdict).append("</span>");
            }
        }
        out.append("</span>");
        if (!region.unknownReason().text().isEmpty()) {
            out.append("<br><span class=\"note\">unknown: ")
                    .append(Markup.escape(region.unknownReason().text()))
                    .append("</span>");
        }
        return out.toString();
    }
}
