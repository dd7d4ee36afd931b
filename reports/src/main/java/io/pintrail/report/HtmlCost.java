// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.AnalysisResult;
import io.pintrail.analysis.Counters;
import io.pintrail.analysis.Distribution;
import java.util.Map;

/** What pinning cost: charts, and the numbers behind them. */
final class HtmlCost {
    private HtmlCost() {}

    static Markup html(AnalysisResult result, Map<String, Charts.Chart> charts) {
        Counters counters = result.counters();
        Distribution all = result.registrationNs();
        StringBuilder out = new StringBuilder();
        if (all.count() == 0) {
            return new Markup("<p>No registration was seen from its beginning to its end.</p>\n");
        }
        Distribution perPage = result.registrationNsPerPage();
        out.append("<dl class=\"facts\">\n");
        out.append(new Facts()
                .add("Registrations", registrations(counters))
                .add("Time of one", distribution(all))
                .add("Time per page", distribution(perPage))
                .add("Faults inside pin calls", Units.count(counters.faultsInPins()))
                .add("Most pinned at a time", Units.bytes(counters.peakPinnedBytes()))
                .html()
                .html());
        out.append("</dl>\n");
        if (charts.isEmpty()) {
            out.append("<p class=\"note\">Charts are missing: this machine's Java found no fonts to draw them with (apt"
                    + " install fontconfig fonts-dejavu-core). The numbers are in regions.csv.</p>\n");
        }
        charts.forEach((file, chart) -> out.append("<figure>\n")
                .append(chart.svg())
                .append("<figcaption>")
                .append(Markup.escape(chart.caption()))
                .append("</figcaption>\n</figure>\n"));
        return new Markup(out.toString());
    }

    private static String registrations(Counters c) {
        return Units.count(c.registrations())
                + (c.failedRegistrations() == 0 ? "" : ", " + Units.count(c.failedRegistrations()) + " failed")
                + (c.reregistrations() == 0 ? "" : ", " + Units.count(c.reregistrations()) + " changed");
    }

    private static String distribution(Distribution d) {
        return "median " + Units.duration(d.p50()) + ", 99 % within " + Units.duration(d.p99()) + ", longest "
                + Units.duration(d.max());
    }
}
