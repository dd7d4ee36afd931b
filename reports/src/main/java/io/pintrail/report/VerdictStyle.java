// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.FindingClass;
import io.pintrail.analysis.Verdict;
import java.util.List;
import java.util.Locale;

/** How verdicts and finding classes look; colour and hatching are in report.css and patterns.svg. */
final class VerdictStyle {
    /** In the order of tables and legends: what is wrong first. */
    static final List<Verdict> WORST_FIRST = List.of(
            Verdict.STALE, Verdict.DETACHED, Verdict.ZERO, Verdict.UNKNOWN, Verdict.SNAPSHOT, Verdict.ODP, Verdict.OK);

    private VerdictStyle() {}

    static String css(Verdict verdict) {
        return "v-" + verdict.name().toLowerCase(Locale.ROOT);
    }

    static String css(FindingClass type) {
        return type == FindingClass.ACCESS_MISMATCH
                ? "v-access"
                : "v-" + type.name().toLowerCase(Locale.ROOT);
    }

    static boolean wrong(Verdict verdict) {
        return verdict == Verdict.STALE || verdict == Verdict.DETACHED || verdict == Verdict.ZERO;
    }

    /** A square of the verdict's colour and hatching. */
    static String swatch(String css) {
        return "<svg aria-hidden=\"true\"><rect width=\"100%\" height=\"100%\" class=\"" + css + "\"/></svg>";
    }
}
