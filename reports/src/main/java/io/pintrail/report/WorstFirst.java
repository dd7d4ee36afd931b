// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.AnalysisResult;
import io.pintrail.analysis.Finding;
import io.pintrail.analysis.RegionSummary;
import io.pintrail.analysis.Severity;
import io.pintrail.analysis.Verdict;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The order in which regions deserve attention, and how far a page of limited length gets in it. */
final class WorstFirst {
    private WorstFirst() {}

    /** By the severest finding, then by wrong pages, then unknown ones, then by time; failed registrations last. */
    static List<RegionSummary> regions(AnalysisResult result) {
        Map<String, Severity> severity = new HashMap<>();
        for (Finding finding : result.findings()) {
            severity.merge(finding.region(), finding.severity(), (a, b) -> a.compareTo(b) >= 0 ? a : b);
        }
        Comparator<RegionSummary> bySeverity = Comparator.comparingInt(
                r -> severity.containsKey(r.id()) ? -severity.get(r.id()).ordinal() : 1);
        return result.regions().stream()
                .sorted(bySeverity
                        .thenComparing(r -> r.error() != 0)
                        .thenComparing(r -> -wrongPages(r))
                        .thenComparing(r -> -r.count(Verdict.UNKNOWN))
                        .thenComparing(RegionSummary::since))
                .toList();
    }

    /** Pages that were wrong at any time of the region's life. */
    static long wrongPages(RegionSummary region) {
        return region.worst().entrySet().stream()
                .filter(e -> VerdictStyle.wrong(e.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** A remark on what a list does not show, or nothing. */
    static String omitted(long all, long shown, String noun, String where) {
        return all <= shown
                ? ""
                : "<p class=\"note\">The " + Units.count(shown) + " worst are shown; " + Units.plural(all - shown, noun)
                        + " more: " + where + ".</p>\n";
    }
}
