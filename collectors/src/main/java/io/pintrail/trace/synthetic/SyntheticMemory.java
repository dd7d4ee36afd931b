// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace.synthetic;

import io.pintrail.trace.TraceVisitor;

/**
 * The truth about one synthetic host as pure functions of the page, so that a terabyte of it takes no memory. Pages are
 * counted over all regions of the host: region index × pages per region + page of the region.
 */
public final class SyntheticMemory {
    /** What became of a page after it was pinned. */
    public enum Fate {
        /** Still the pinned frame. */
        KEPT,
        /** Discarded and faulted in again: another frame. */
        DISCARDED,
        /** Written by the process in such a way that it got a copy. */
        COPIED,
        /** Unmapped and left so. */
        UNMAPPED
    }

    /** Pinned frames of a host: 2^40 pages are 4 PiB. */
    static final long FRAMES = 1L << 40;

    /** Odd, so that it permutes the frames; near 2^40 / golden ratio, so that neighbours land far apart. */
    private static final long SCATTER = 0x9e3779b97fL;

    private final SyntheticConfig config;
    private final long salt;
    private final long staleBelow;

    SyntheticMemory(SyntheticConfig config, int host) {
        this.config = config;
        this.salt = mix(config.seed() * 31 + host);
        this.staleBelow = (long) (config.staleFraction() * (1L << 53));
    }

    /** Page number of the first page of a region, counted over the regions of one process. */
    long firstPage(int region) {
        return 0x7_0000_0000L + (config.pages() + 16) * region;
    }

    /** The frame that was pinned. */
    public long pinned(long page) {
        return FRAMES + (config.scattered() ? page * SCATTER & FRAMES - 1 : page);
    }

    /** The frame that is mapped after everything, or {@link TraceVisitor#NONE}. */
    public long mapped(long page) {
        return switch (fate(page)) {
            case KEPT -> pinned(page);
            case UNMAPPED -> TraceVisitor.NONE;
            case DISCARDED, COPIED -> 2 * FRAMES + page;
        };
    }

    /** What the trace will tell of the page. */
    public Fate fate(long page) {
        long draw = mix(page ^ salt);
        if (draw >>> 11 >= staleBelow) {
            return Fate.KEPT;
        }
        return switch ((int) draw & 3) {
            case 0 -> Fate.UNMAPPED;
            case 1 -> Fate.COPIED;
            default -> Fate.DISCARDED;
        };
    }

    /** SplitMix64's finaliser. */
    static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
