// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.PinUse;
import java.util.List;

/** Pin calls that belong to no region, as a table. */
final class HtmlPins {
    private HtmlPins() {}

    /** Empty where there are none. */
    static Markup html(Report report) {
        List<PinUse> pins = report.result().pins();
        if (pins.isEmpty()) {
            return new Markup("");
        }
        StringBuilder out = new StringBuilder("<h3>Pins outside of regions</h3>\n<div class=\"scroll\">\n<table>\n");
        out.append("<thead><tr><th scope=\"col\">Host</th><th scope=\"col\">Caller</th>");
        out.append("<th scope=\"col\" class=\"n\">Calls</th><th scope=\"col\" class=\"n\">Failed</th>");
        out.append("<th scope=\"col\" class=\"n\">Pages</th><th scope=\"col\" class=\"n\">Zero pages</th>");
        out.append("<th scope=\"col\" class=\"n\">Bytes</th><th scope=\"col\">Verdict</th></tr></thead>\n<tbody>\n");
        for (PinUse use : pins) {
            out.append("<tr><td>")
                    .append(Markup.escape(report.host(use.host()).name()))
                    .append("</td><td>")
                    .append(Markup.escape(use.caller()));
            number(out, Units.count(use.calls()));
            number(out, Units.count(use.failed()));
            number(out, Units.count(use.pages()));
            number(out, Units.count(use.zeroPages()));
            number(out, Units.bytes(use.bytes()));
            out.append("</td><td>").append(use.verdict()).append("</td></tr>\n");
        }
        out.append("</tbody>\n</table>\n</div>\n");
        out.append(
                "<p class=\"note\">These pin for a moment, to copy: later changes are not their concern. Only calls");
        out.append(" on address spaces in scope are counted.</p>\n");
        return new Markup(out.toString());
    }

    private static void number(StringBuilder out, String text) {
        out.append("</td><td class=\"n\">").append(text);
    }
}
