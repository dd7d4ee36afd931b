// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.state;

import java.util.Arrays;

/**
 * The frames pinned for one block of pages. Per aligned chunk of 512 pages: 9 bytes where its frames are consecutive or
 * all the same, 4 bytes a page more where they are scattered (8 where a pfn needs more than 31 bits), and a byte a page
 * more where page kinds are mixed.
 */
public final class PinnedFrames {
    private static final int SHIFT = 9;
    private static final int PAGES = 1 << SHIFT;
    private static final int SCATTERED = 3;
    private static final byte MIXED = -1;

    private final long firstChunk;
    private final long all;
    private final PageSet pinned = new PageSet();
    /** {@link FrameCode} of the chunk, or {@link #SCATTERED}; 0 before its first page is pinned. */
    private long[] codes = new long[0];

    private byte[] kinds = new byte[0];
    private Object[] scattered = new Object[0];
    private byte[][] mixed = new byte[0][];

    /** For a block of pages {@code first} … {@code end} − 1; pins of others are not allowed. */
    public PinnedFrames(long first, long end) {
        firstChunk = first >> SHIFT;
        all = end - first;
    }

    /** Pages pinned so far. */
    public long pages() {
        return pinned.pages();
    }

    public boolean isPinned(long page) {
        return pinned.pages() == all || pinned.contains(page);
    }

    /** End of the longest stretch from {@code page} on that is wholly pinned or wholly not, at most {@code limit}. */
    public long stretch(long page, long limit) {
        return pinned.pages() == all ? limit : pinned.stretch(page, limit);
    }

    /** Pages {@code from} … {@code to} − 1 are pinned: step 1 frames pfn, pfn+1, …; step 0 all the same. */
    public void pin(long from, long to, long pfn, int step, int kind) {
        ensure((int) (((to - 1) >> SHIFT) - firstChunk) + 1);
        for (long page = from; page < to; ) {
            long stop = Math.min(to, ((page >> SHIFT) + 1) << SHIFT);
            int index = (int) ((page >> SHIFT) - firstChunk);
            long runPfn = step == 0 ? pfn : pfn + (page - from);
            kindInChunk(index, page, stop, (byte) kind);
            pinInChunk(index, page, stop, runPfn, step);
            page = stop;
        }
        pinned.add(from, to);
    }

    /** Of a pinned page. */
    public long pfn(long page) {
        int index = (int) ((page >> SHIFT) - firstChunk);
        long code = codes[index];
        return FrameCode.shape(code) == SCATTERED ? scatteredPfn(index, offset(page)) : FrameCode.pfn(code, page);
    }

    /** Of a pinned page. */
    public int kind(long page) {
        int index = (int) ((page >> SHIFT) - firstChunk);
        return kinds[index] == MIXED ? mixed[index][offset(page)] : kinds[index];
    }

    /** Whether a frame code names, for this page, the pinned frame. */
    public boolean matches(long page, long code) {
        return FrameCode.isFrame(code) && FrameCode.pfn(code, page) == pfn(page);
    }

    /**
     * End of the longest stretch of pinned pages from {@code page} on for which {@link #matches} gives the same answer,
     * at most {@code limit}.
     */
    public long matchStretch(long page, long limit, long code) {
        if (page + 1 == limit || !FrameCode.isFrame(code)) {
            return limit;
        }
        boolean match = matches(page, code);
        long at = page;
        while (at < limit) {
            long stop = Math.min(limit, ((at >> SHIFT) + 1) << SHIFT);
            long own = codes[(int) ((at >> SHIFT) - firstChunk)];
            if (FrameCode.shape(own) == FrameCode.shape(code) && FrameCode.shape(own) == FrameCode.LINEAR) {
                if ((own >> 3 == code >> 3) != match) {
                    return at;
                }
                at = stop;
            } else {
                while (at < stop) {
                    if (matches(at, code) != match) {
                        return at;
                    }
                    at++;
                }
            }
        }
        return limit;
    }

    /** End of the longest stretch of pinned pages from {@code page} on with consecutive frames (step 1). */
    public long linearStretch(long page, long limit) {
        long delta = pfn(page) - page;
        long at = page + 1;
        while (at < limit) {
            long own = codes[(int) ((at >> SHIFT) - firstChunk)];
            long stop = Math.min(limit, ((at >> SHIFT) + 1) << SHIFT);
            if (FrameCode.shape(own) == FrameCode.LINEAR) {
                if (own >> 3 != delta) {
                    return at;
                }
                at = stop;
            } else if (pfn(at) - at == delta) {
                at++;
            } else {
                return at;
            }
        }
        return limit;
    }

    /** Whether all 512 pages of the chunk of {@code page} are in one huge frame, aligned in both address spaces. */
    public boolean isHuge(long page) {
        long start = page & -PAGES;
        long code = codes[(int) ((page >> SHIFT) - firstChunk)];
        return FrameCode.shape(code) == FrameCode.LINEAR
                && (code >> 3 & (PAGES - 1)) == 0
                && pinned.contains(start)
                && pinned.stretch(start, start + PAGES) == start + PAGES;
    }

    private void pinInChunk(int index, long page, long stop, long pfn, int step) {
        long code = FrameCode.of(page, pfn, step, false);
        if (codes[index] == 0 || page == (page & -PAGES) && stop == page + PAGES) {
            codes[index] = code;
            clearScattered(index);
        } else if (codes[index] != code) {
            scatter(index);
            for (long at = page; at < stop; at++) {
                setScattered(index, offset(at), step == 0 ? pfn : pfn + (at - page));
            }
        }
    }

    private void clearScattered(int index) {
        if (index < scattered.length) {
            scattered[index] = null;
        }
    }

    private void scatter(int index) {
        if (index >= scattered.length) {
            scattered = Arrays.copyOf(scattered, codes.length);
        }
        long code = codes[index];
        if (FrameCode.shape(code) == SCATTERED) {
            return;
        }
        codes[index] = SCATTERED;
        scattered[index] = new int[PAGES];
        long base = (firstChunk + index) << SHIFT;
        for (int i = 0; i < PAGES; i++) {
            if (pinned.contains(base + i)) {
                setScattered(index, i, FrameCode.pfn(code, base + i));
            }
        }
    }

    private long scatteredPfn(int index, int offset) {
        Object chunk = scattered[index];
        return chunk instanceof int[] narrow ? narrow[offset] : ((long[]) chunk)[offset];
    }

    private void setScattered(int index, int offset, long pfn) {
        Object chunk = scattered[index];
        if (chunk instanceof int[] narrow) {
            if (pfn == (int) pfn) {
                narrow[offset] = (int) pfn;
                return;
            }
            long[] wide = new long[PAGES];
            Arrays.setAll(wide, i -> narrow[i]);
            scattered[index] = chunk = wide;
        }
        ((long[]) chunk)[offset] = pfn;
    }

    private void kindInChunk(int index, long page, long stop, byte kind) {
        if (codes[index] == 0) {
            kinds[index] = kind;
        } else if (kinds[index] != kind) {
            if (index >= mixed.length) {
                mixed = Arrays.copyOf(mixed, codes.length);
            }
            if (kinds[index] != MIXED) {
                mixed[index] = new byte[PAGES];
                Arrays.fill(mixed[index], kinds[index]);
                kinds[index] = MIXED;
            }
            Arrays.fill(mixed[index], offset(page), offset(stop - 1) + 1, kind);
        }
    }

    private void ensure(int chunks) {
        if (chunks > codes.length) {
            int capacity = Math.max(chunks, codes.length + (codes.length >> 1));
            codes = Arrays.copyOf(codes, capacity);
            kinds = Arrays.copyOf(kinds, capacity);
        }
    }

    private static int offset(long page) {
        return (int) page & (PAGES - 1);
    }
}
