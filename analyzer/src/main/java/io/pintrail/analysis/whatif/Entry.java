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

    boolean emptyBlock() {
        return !mapped() && (flags & NO_TABLE) != 0;
    }

    PageKind kind() {
        return PageKind.of(kindCode);
    }

    /** The recorder asks for a frame's kind a little later: one that has been given back since is told by its area. */
    PageKind kind(Area area) {
        PageKind kind = kind();
        boolean given = mapped() && (kind == PageKind.OTHER || kind == PageKind.UNKNOWN);
        if (!given || area == null) {
            return kind;
        }
        if (area.isFile()) {
            return writable() && area.copiesOnWrite() ? PageKind.ANON : PageKind.FILE;
        }
        return area.backing() == Area.ANONYMOUS ? PageKind.ANON : kind;
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
