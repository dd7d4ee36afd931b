// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.Set;

/**
 * All findings, also those that are too many to be kept.
 *
 * @param findings without the healed pages of one region beyond the first 10,000
 * @param regions that have one
 * @param usedRegions that have one whose pages the device used
 */
public record FindingTotals(long findings, long regions, long usedRegions, Set<FindingClass> classes) {}
