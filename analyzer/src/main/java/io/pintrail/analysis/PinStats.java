// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** Cost, provenance and contiguity of the pins of one block, counted while they are made. */
final class PinStats {
    private static final int WRITE = 1;

    long calls;
    long pinNs;
    long faults;
    long faultNs;
    long unshared;
    long copied;
    long major;
    long faultedAnon;
    long faultedHuge;
    long faultedFile;
    long segments;
    long largestSegment;
    /** False once a pin call did not ask for write access. */
    boolean allForWriting = true;

    final long[] kinds = new long[PageKind.values().length];

    private long segmentPages;
    private long nextPage = -1;
    private long nextPfn = -1;

    void call(int flags) {
        calls++;
        allForWriting &= (flags & WRITE) != 0;
    }

    void run(long page, long pages, long pfn, int step, int kind) {
        kinds[PageKind.of(kind).ordinal()] += pages;
        if (step == 0 && pages > 1) {
            segments += pages;
            segmentPages = 1;
        } else if (page == nextPage && pfn == nextPfn) {
            segmentPages += pages;
        } else {
            segments++;
            segmentPages = pages;
        }
        largestSegment = Math.max(largestSegment, segmentPages);
        nextPage = page + pages;
        nextPfn = step == 0 ? pfn + 1 : pfn + pages;
    }

    long faultedIn() {
        return faultedAnon + faultedHuge + faultedFile;
    }
}
