// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.List;

/**
 * All that the analysis found, immutable. Regions are in order of registration, findings worst first and then by time;
 * the same events give the same result, ids included.
 *
 * @param regionsOmitted healthy regions that were deregistered beyond the first
 *     {@link AnalysisOptions#maxHealthyRegions()}; they are in {@code counters} and the timelines but not in
 *     {@code regions}
 * @param findings the first 100,000; {@code findingTotals} counts all
 * @param registrationNs time that successful registrations took, entry to return
 * @param registrationNsPerPage the same divided by the pages of the region
 * @param pins pin calls outside of regions, by host and caller
 */
public record AnalysisResult(
        List<HostSummary> hosts,
        List<RegionSummary> regions,
        long regionsOmitted,
        List<Finding> findings,
        FindingTotals findingTotals,
        List<Notice> notices,
        Counters counters,
        Distribution registrationNs,
        Distribution registrationNsPerPage,
        List<PinUse> pins) {}
