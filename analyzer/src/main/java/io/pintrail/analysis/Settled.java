// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.List;

/**
 * What will not change any more.
 *
 * @param findings in the order in which they were settled
 * @param regions that are gone, or whose registration failed; healthy ones only up to the limit of the options
 */
public record Settled(List<Finding> findings, List<RegionSummary> regions) {}
