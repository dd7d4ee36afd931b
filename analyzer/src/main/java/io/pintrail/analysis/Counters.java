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
        long unusedDivergences) {
    static final Counters NONE = new Counters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    Counters plus(Counters other) {
        return new Counters(
                events + other.events,
                lostEvents + other.lostEvents,
                gaps + other.gaps,
                registrations + other.registrations,
                failedRegistrations + other.failedRegistrations,
                reregistrations + other.reregistrations,
                deregistrations + other.deregistrations,
                liveRegions + other.liveRegions,
                pinnedPages + other.pinnedPages,
                peakPinnedBytes + other.peakPinnedBytes,
                faultsInPins + other.faultsInPins,
                accesses + other.accesses,
                otherPins + other.otherPins,
                unusedDivergences + other.unusedDivergences);
    }
}
