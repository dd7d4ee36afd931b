// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.AnalysisResult;
import io.pintrail.analysis.Finding;
import io.pintrail.analysis.FindingClass;
import io.pintrail.analysis.FindingTotals;
import io.pintrail.analysis.RegionSummary;
import io.pintrail.analysis.Verdict;
import java.util.List;
import java.util.Set;

/** The whole analysis in one sentence, and in a second one what it rests on. */
public final class Headline {
    private Headline() {}

    /** The verdict. */
    public static String sentence(AnalysisResult result) {
        List<Finding> findings = result.findings();
        long unknown = pages(result, Verdict.UNKNOWN);
        if (!findings.isEmpty()) {
            FindingTotals totals = result.findingTotals();
            long wrong = totals.regions();
            long used = totals.usedRegions();
            String use = used == wrong
                    ? ", and the device used them"
                    : ", and the device used those of " + Units.count(used);
            return Units.count(wrong) + " of " + Units.plural(regionCount(result), "memory region") + " "
                    + what(totals.classes(), wrong) + (used == 0 ? "" : use) + ".";
        }
        if (regionCount(result) == 0) {
            return "There was no memory region while this was recorded.";
        }
        return unknown > 0
                ? "Nothing wrong was seen, but " + Units.pages(unknown) + " could not be judged."
                : "Every pinned page was the page its process saw.";
    }

    private static String what(Set<FindingClass> classes, long regions) {
        if (classes.equals(Set.of(FindingClass.ZERO))) {
            return "pinned the zero page instead of pages of their own";
        }
        if (classes.equals(Set.of(FindingClass.ACCESS_MISMATCH))) {
            return (regions == 1 ? "lets" : "let") + " the device write into pages pinned for reading";
        }
        return "pinned pages that the process no longer saw";
    }

    /** Regions, pages and bytes that the analysis looked at. */
    public static String basis(AnalysisResult result) {
        return Units.plural(regionCount(result), "region") + " with " + Units.pages(pages(result)) + " on "
                + Units.plural(result.hosts().size(), "host") + ", "
                + Units.plural(result.counters().events(), "event");
    }

    static long regionCount(AnalysisResult result) {
        return result.regions().stream().filter(r -> r.error() == 0).count() + result.regionsOmitted();
    }

    /** Of regions that were registered: a failed registration has a length, but no pages. */
    static long pages(AnalysisResult result) {
        return result.regions().stream()
                .filter(r -> r.error() == 0)
                .mapToLong(RegionSummary::pages)
                .sum();
    }

    static long pages(AnalysisResult result, Verdict verdict) {
        return result.regions().stream()
                .mapToLong(r -> r.worst().getOrDefault(verdict, 0L))
                .sum();
    }
}
