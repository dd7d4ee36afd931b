// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/**
 * Totals over all hosts.
 *
 * @param registrations successful ones, re-registrations not included
 * @param peakPinnedBytes sum over the hosts of each one's peak
 * @param otherPins pin calls of other users than ib_umem (io_uring, vfio, direct I/O, …)
 * @param unusedDivergences pages that left their frame and came back to it, without a wrong use meanwhile
 */
public record Counters(
        long events,
        long lostEvents,
        long gaps,
        long registrations,
        long failedRegistrations,
        long reregistrations,
        long deregistrations,
        long liveRegions,
        long pinnedPages,
        long peakPinnedBytes,
        long faultsInPins,
        long accesses,
        long otherPins,
        long unusedDivergences) {}
