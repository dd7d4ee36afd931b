// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.whatif;

import io.pintrail.analysis.PageKind;
import io.pintrail.trace.TraceVisitor;

/**
 * What the page table said of pages before they were pinned (a BEFORE event), or what was pinned (PIN_PAGES).
 *
 * @param end page after the last
 * @param pfn of the first page, or {@link TraceVisitor#NONE}, {@link TraceVisitor#NOT_PRESENT}
 * @param step 1: frames follow on, 0: one frame
 */
record Entry(long page, long end, long pfn, int step, int kindCode, int flags) {
    private static final int WRITABLE = 1;
    private static final int EXCLUSIVE = 2;
    private static final int SOLE = 4;
    private static final int NO_TABLE = 8;
    private static final int SMALL = 16;

    boolean mapped() {
        return pfn >= 0;
    }

    boolean swapped() {
        return pfn == TraceVisitor.NOT_PRESENT;
    }

    boolean writable() {
        return mapped() && (flags & WRITABLE) != 0;
    }

    boolean exclusive() {
        return (flags & EXCLUSIVE) != 0;
    }

    boolean sole() {
        return (flags & SOLE) != 0;
    }

    /** An entry for all of an anonymous huge page. */
    boolean mapsHugePage() {
        return kind() == PageKind.ANON_THP && (flags & SMALL) == 0;
    }

    boolean emptyBlock() {
        return !mapped() && (flags & NO_TABLE) != 0;
    }

    PageKind kind() {
        return PageKind.of(kindCode);
    }

    /**
     * The recorder asks for a frame's kind a little later. What the area or the entry cannot hold was given back by
     * then, and may have been used for something else: it is told by these.
     */
    PageKind kind(Area area) {
        PageKind kind = kind();
        if (!mapped() || area == null || area.backing() > Area.FILE) {
            return kind;
        }
        if (isPrivateCopy(area)) {
            return area.backing() == Area.HUGETLB ? PageKind.HUGETLB : kind == PageKind.ANON_THP ? kind : PageKind.ANON;
        }
        if (area.holds(kind)) {
            return kind;
        }
        return switch (area.backing()) {
            case Area.ANONYMOUS -> PageKind.ANON;
            case Area.HUGETLB -> PageKind.HUGETLB;
            case Area.SHMEM -> PageKind.SHMEM;
            case Area.FILE -> PageKind.FILE;
            default -> kind;
        };
    }

    /**
     * What its entry says: a store is let through, or whether it copies was asked, only where a page is a private copy.
     */
    private boolean isPrivateCopy(Area area) {
        return area.copiesOnWrite() && (writable() || exclusive() || sole());
    }

    /** Some of these pages. */
    Entry part(long from, long to) {
        return new Entry(from, to, frame(from), step, kindCode, flags);
    }

    /** The same pages, of which {@code again} was read later: whether they are copied may have changed. */
    Entry lookedAt(Entry again) {
        return mapped() && pfn == again.pfn ? new Entry(page, end, pfn, step, kindCode, again.flags) : this;
    }

    /** The same pages in other frames. */
    Entry movedTo(Entry frames) {
        return mapped() && frames.mapped() ? new Entry(page, end, frames.pfn, frames.step, kindCode, flags) : this;
    }

    boolean zero() {
        return kind() == PageKind.ZERO || kind() == PageKind.HUGE_ZERO;
    }

    long frame(long at) {
        return mapped() ? pfn + (at - page) * step : pfn;
    }

    String describe(Area area) {
        if (!mapped()) {
            return swapped() ? "swapped out" : "untouched";
        }
        return switch (kind(area)) {
            case ZERO -> "read (zero page)";
            case HUGE_ZERO -> "read (huge zero page)";
            case ANON, ANON_THP ->
                writable() ? "written" : exclusive() || sole() ? "written, now read-only" : "shared since fork";
            case KSM -> "merged by KSM";
            case FILE, SHMEM, FILE_THP -> area.copiesOnWrite() ? "read (the file's page)" : "in use";
            default -> "in use";
        };
    }
}
