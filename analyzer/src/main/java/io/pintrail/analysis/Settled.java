// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.List;

/**
 * What will not change any more, unless a loss is told late.
 *
 * @param findings in the order in which they were settled
 * @param amended findings that were settled before and that a loss concerns of which the trace tells only now
 * @param regions that are gone, or whose registration failed; healthy ones only up to the limit of the options
 */
public record Settled(List<Finding> findings, List<Finding> amended, List<RegionSummary> regions) {}
