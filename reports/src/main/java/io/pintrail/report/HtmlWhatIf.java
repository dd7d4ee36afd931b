// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.whatif.Policy;
import io.pintrail.analysis.whatif.WhatIfTotals;
import io.pintrail.analysis.whatif.WhatIfTotals.Total;
import java.util.Locale;

/** What would have become of the registrations under each pin policy: a bar of their pages, and numbers. */
final class HtmlWhatIf {
    /** Colours and words of a bar's parts, from left to right. */
    private static final String[][] PARTS = {
        {"v-ok", "stays", "what the process sees, whatever it stores"},
        {"v-stale", "stale at a store", "the next store gives the process another page"},
        {"v-zero", "stale after mprotect", "the same, once write protection has come or gone"},
        {"v-unknown", "refused or not told", "nothing is pinned, or the trace cannot tell"}
    };

    private HtmlWhatIf() {}

    /** Empty where there is nothing to tell. */
    static Markup html(Report report) {
        WhatIfTotals totals = report.whatIf().orElse(null);
        if (totals == null || totals.registrations() + totals.untold() == 0) {
            return new Markup("");
        }
        StringBuilder out = new StringBuilder("<h3>What other policies would have done</h3>\n");
        if (totals.registrations() > 0) {
            out.append("<p>Had <code>ib_umem</code> asked for something else, from what was mapped before each of ")
                    .append(Units.plural(totals.registrations(), "registration"))
                    .append(" with ")
                    .append(Units.pages(totals.pages()))
                    .append(". <code>pintrail whatif</code> tells each.</p>\n");
            legend(out);
            table(totals, out);
        }
        if (totals.untold() > 0) {
            out.append("<p class=\"note\">")
                    .append(Units.plural(totals.untold(), "registration"))
                    .append(" without a prediction: ")
                    .append(Markup.escape(totals.reason()))
                    .append(".</p>\n");
        }
        return new Markup(out.toString());
    }

    private static void legend(StringBuilder out) {
        out.append("<ul class=\"legend\">\n");
        for (String[] part : PARTS) {
            out.append("<li>").append(VerdictStyle.swatch(part[0])).append(part[1]);
            out.append(" <span>").append(part[2]).append("</span></li>\n");
        }
        out.append("</ul>\n");
    }

    private static void table(WhatIfTotals totals, StringBuilder out) {
        out.append("<div class=\"scroll\">\n<table class=\"whatif\">\n<thead><tr>");
        out.append("<th scope=\"col\">Read-only regions ask for</th><th scope=\"col\">Pages</th>");
        for (String name : new String[] {"Pinned", "Faulted in", "Copied", "At a store", "After mprotect", "Refused"}) {
            out.append("<th scope=\"col\" class=\"n\">").append(name).append("</th>");
        }
        out.append("</tr></thead>\n<tbody>\n");
        for (Policy policy : Policy.values()) {
            Total total = totals.of(policy);
            out.append("<tr><td><b>").append(policy.flags()).append("</b>");
            out.append(totals.wasRecorded(policy) ? ", as recorded" : "");
            out.append("<br><span class=\"note\">").append(policy.kernels()).append("</span></td><td class=\"bar\">");
            bar(policy, totals.pages(), total, out);
            number(out, total.pinned());
            number(out, total.faulted());
            number(out, total.copied());
            number(out, total.atStore());
            number(out, total.afterProtection());
            number(out, total.refused());
            out.append("</td></tr>\n");
        }
        out.append("</tbody>\n</table>\n</div>\n");
    }

    private static void bar(Policy policy, long pages, Total total, StringBuilder out) {
        long endangered = total.atStore() + total.afterProtection();
        long[] parts = {
            total.pinned() - total.unknown() - endangered,
            total.atStore(),
            total.afterProtection(),
            total.refused() + total.unknown()
        };
        out.append("<svg role=\"img\" aria-label=\"").append(policy.flags());
        for (int i = 0; i < parts.length; i++) {
            out.append(i == 0 ? ": " : ", ")
                    .append(Units.pages(parts[i]))
                    .append(' ')
                    .append(PARTS[i][1]);
        }
        out.append("\">");
        double before = 0;
        for (int i = 0; i < parts.length; i++) {
            double part = 100.0 * parts[i] / pages;
            if (parts[i] > 0) {
                // A single page of many is to be seen too.
                out.append("<rect class=\"").append(PARTS[i][0]);
                out.append(String.format(
                        Locale.ROOT,
                        "\" x=\"%.2f%%\" width=\"%.2f%%\" height=\"100%%\"/>",
                        Math.min(before, 99.5),
                        Math.max(0.5, part)));
            }
            before += part;
        }
        out.append("</svg>");
    }

    private static void number(StringBuilder out, long pages) {
        out.append("</td><td class=\"n\">").append(pages == 0 ? "–" : Units.count(pages));
    }
}
