// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * One memory region, from its registration on. Addresses and lengths in bytes, times in ns.
 *
 * @param id unique over all hosts of the result, like {@code h0r17}
 * @param host index of its {@link HostSummary}
 * @param usesSeen whether the trace tells what the device did with the pages
 * @param va first byte
 * @param access IB_ACCESS_* as last registered
 * @param error 0, or the −errno with which the registration failed; a failed one has no pages
 * @param registeredAt empty where that was before the recording, or is lost
 * @param since when it was registered, or else when it was found or first told of
 * @param pages all pages the region touches
 * @param atEnd pages by verdict at the deregistration, the end of the address space, or the end of the trace, whichever
 *     comes first
 * @param worst pages by the worst that happened and that a finding tells of, else as {@code atEnd}
 * @param unknownReason why pages are UNKNOWN; of several the most important
 */
public record RegionSummary(
        String id,
        int host,
        int pid,
        int tid,
        String comm,
        String device,
        Holder holder,
        boolean usesSeen,
        int lkey,
        int rkey,
        long va,
        long length,
        long iova,
        int access,
        int error,
        OptionalLong registeredAt,
        OptionalLong deregisteredAt,
        long since,
        Origin origin,
        long pages,
        Map<Verdict, Long> atEnd,
        Map<Verdict, Long> worst,
        UnknownReason unknownReason,
        Provenance provenance,
        RegistrationCost cost,
        Contiguity contiguity,
        long overlapPages,
        int overlapRegions,
        PageMap pageMap,
        DeviceUse use) {

    /**
     * How the pages came to be there, as far as the trace tells. Counts of 4 KiB pages unless named otherwise.
     *
     * @param resident were mapped before the pin asked for them
     * @param faultedIn faulted in by the pin, all of the following together
     * @param faultedAnon anonymous pages made or copied by the pin, without huge ones
     * @param faultedHuge in huge pages (THP or hugetlb) made by the pin
     * @param faultedFile file or shmem pages mapped by the pin
     * @param copied pages for which the fault handler reported a copy-on-write (only some kernels do)
     * @param unshared faults taken only to get a private copy for a read-only pin (FAULT_FLAG_UNSHARE, 6.2 and later)
     * @param majorFaults faults that waited for a device
     * @param kinds pinned pages by kind
     */
    public record Provenance(
            long resident,
            long faultedIn,
            long faultedAnon,
            long faultedHuge,
            long faultedFile,
            long copied,
            long unshared,
            long majorFaults,
            Map<PageKind, Long> kinds) {}

    /**
     * Where the time of the last (re-)registration went. {@code totalNs = faultNs + pinNs + otherNs}.
     *
     * @param totalNs entry to return of the verb in the kernel
     * @param faultNs in page faults inside the pin calls
     * @param pinNs in the pin calls without these faults
     * @param otherNs driver and mapping
     * @param registrations 1, and 1 more for each re-registration
     */
    public record RegistrationCost(
            long totalNs, long faultNs, long pinNs, long otherNs, long faults, long pinCalls, int registrations) {}

    /**
     * @param segments runs of physically contiguous pages: what a DMA mapping without IOMMU needs at least
     * @param largestSegmentPages the longest of these
     * @param hugePages pages in 2 MiB extents, aligned in both address spaces
     */
    public record Contiguity(long segments, long largestSegmentPages, long hugePages) {}

    /**
     * What the device did with the region, where the driver's data path can be traced (rdma_rxe).
     *
     * @param reads device reads memory
     * @param buckets at most 64 moments of use
     */
    public record DeviceUse(
            long reads,
            long writes,
            long bytesRead,
            long bytesWritten,
            long firstNs,
            long lastNs,
            List<Moment> buckets) {
        /** Accesses from this time to that of the next moment. */
        public record Moment(long timeNs, long accesses) {}
    }

    /** How the trace knows of a region. */
    public enum Origin {
        /** Its registration was seen. */
        REGISTERED,
        /** It was there when the recording began; its cost and how its pages came to be there are not known. */
        FOUND,
        /** The same, and only keys, length and owner are known: {@code va} is 0. */
        LISTED,
        /** What began it is lost: device and iova are not known, the rest as far as later events told. */
        LOST
    }

    public boolean live() {
        return error == 0 && deregisteredAt.isEmpty();
    }

    public long count(Verdict verdict) {
        return atEnd.getOrDefault(verdict, 0L);
    }
}
