// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/**
 * @param compareSnapshots compare pagemap snapshots with the rebuilt state. Either way they heal what is in doubt after
 *     a loss, and nothing else
 * @param maxHealthyRegions deregistered regions without finding that stay in the result
 * @param maxFindingsPerEvent findings that one divergence may make before the rest of its pages are told as one
 */
public record AnalysisOptions(boolean compareSnapshots, int maxHealthyRegions, int maxFindingsPerEvent) {
    public static final AnalysisOptions DEFAULT = new AnalysisOptions(true, 50_000, 1_000);

    public static final AnalysisOptions EVENTS_ONLY = new AnalysisOptions(false, 50_000, 1_000);
}
