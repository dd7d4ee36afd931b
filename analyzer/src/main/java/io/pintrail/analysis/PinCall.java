// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.Arrays;

/** A pin call that has not returned; reused for the next one. */
final class PinCall {
    /** Pages in which faults are told apart; umem asks for 512 at once. */
    private static final int TRACKED = 4096;

    private static final int FAULT_FLAG_UNSHARE = 0x400;
    private static final int VM_FAULT_MAJOR = 0x4;
    /** VM_FAULT_WRITE, until 6.1: do_wp_page() made the page writable. */
    private static final int VM_FAULT_WRITE = 0x8;
    /** VM_FAULT_DONE_COW: a private copy of a file page was made. */
    private static final int VM_FAULT_DONE_COW = 0x1000;

    Umem umem;
    private long begin;
    private long firstPage;
    private long faultNs;
    private final long[] faulted = new long[TRACKED / 64];
    private boolean anyFaulted;

    void begin(long time, Umem owner, long page) {
        umem = owner;
        begin = time;
        firstPage = page;
        faultNs = 0;
        if (anyFaulted) {
            Arrays.fill(faulted, 0);
            anyFaulted = false;
        }
    }

    void fault(long page, int flags, int result, long durationNs) {
        PinStats stats = umem.pins;
        stats.faults++;
        stats.faultNs += durationNs;
        faultNs += durationNs;
        if ((flags & FAULT_FLAG_UNSHARE) != 0) {
            stats.unshared++;
        }
        if ((result & VM_FAULT_MAJOR) != 0) {
            stats.major++;
        }
        if ((result & (VM_FAULT_WRITE | VM_FAULT_DONE_COW)) != 0) {
            stats.copied++;
        }
        long offset = page - firstPage;
        if (offset >= 0 && offset < TRACKED) {
            faulted[(int) offset >> 6] |= 1L << offset;
            anyFaulted = true;
        }
    }

    /** The call returned these frames: says what the faults made of their pages. */
    void pages(long page, long pages, int kind) {
        if (!anyFaulted) {
            return;
        }
        long from = Math.max(0, page - firstPage);
        long to = Math.min(TRACKED, page + pages - firstPage);
        boolean huge = kind == PageKind.ANON_THP.ordinal()
                || kind == PageKind.FILE_THP.ordinal()
                || kind == PageKind.HUGETLB.ordinal();
        PinStats stats = umem.pins;
        if (huge) {
            stats.faultedHuge += hugePages(from, to);
            return;
        }
        long count = 0;
        for (long at = from; at < to; at++) {
            count += faulted[(int) at >> 6] >>> at & 1;
        }
        if (PageKind.anonymous(kind)) {
            stats.faultedAnon += count;
        } else {
            stats.faultedFile += count;
        }
    }

    /** One fault makes a whole huge page: pages of the 2 MiB extents in which a fault was taken. */
    private long hugePages(long from, long to) {
        long count = 0;
        for (long at = from; at < to; ) {
            long stop = Math.min(to, (firstPage + at | 511) + 1 - firstPage);
            for (long i = at; i < stop; i++) {
                if ((faulted[(int) i >> 6] >>> i & 1) != 0) {
                    count += stop - at;
                    break;
                }
            }
            at = stop;
        }
        return count;
    }

    void end(long time) {
        umem.pins.pinNs += Math.max(0, time - begin - faultNs);
    }
}
