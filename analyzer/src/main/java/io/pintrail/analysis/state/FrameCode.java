// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.state;

import io.pintrail.trace.TraceVisitor;

/**
 * What the pages of a run map, in one long that is the same for every page of the run, so that runs can be joined,
 * split and shared without arithmetic.
 *
 * <p>Bits 0–1 shape, bit 2 set for anonymous pages, bits 3–63 signed value: shape {@link #FIXED} one of the constants
 * below; {@link #LINEAR} pfn − page; {@link #SAME} the one pfn.
 */
public final class FrameCode {
    static final int FIXED = 0;
    static final int LINEAR = 1;
    static final int SAME = 2;

    /** The page-table entry is empty. */
    public static final long NOTHING = 0;

    /** A swap or migration entry. */
    public static final long NOT_PRESENT = 1L << 3;

    /** The frame that the region pinned there. */
    public static final long PINNED = 2L << 3;

    private static final long ANON = 4;

    private FrameCode() {}

    /** The code of a run as the trace gives it. */
    public static long of(long page, long pfn, int step, boolean anonymous) {
        if (pfn == TraceVisitor.NONE) {
            return NOTHING;
        }
        if (pfn == TraceVisitor.NOT_PRESENT) {
            return NOT_PRESENT;
        }
        long kind = anonymous ? ANON : 0;
        return step == 0 ? pfn << 3 | kind | SAME : (pfn - page) << 3 | kind | LINEAR;
    }

    public static boolean isFrame(long code) {
        return (code & 3) != FIXED;
    }

    /** Whether a frame's code says anonymous; false for other codes. */
    public static boolean isAnonymous(long code) {
        return (code & ANON) != 0;
    }

    static int shape(long code) {
        return (int) code & 3;
    }

    /** Of a code for which {@link #isFrame} holds. */
    public static long pfn(long code, long page) {
        return shape(code) == LINEAR ? (code >> 3) + page : code >> 3;
    }
}
