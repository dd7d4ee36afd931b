// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.state;

import java.util.Arrays;

/**
 * A map from the pages of one range to values (x, y, tag), kept as runs. A chunk of 512 pages costs nothing without
 * values, one shared object where all its pages have the same, 24 bytes a run where it has few, and 24 bytes a page
 * otherwise.
 */
public final class PageRuns {
    private static final int SHIFT = 9;

    private final long first;
    private final long end;
    private final long firstChunk;
    private Object[] chunks = new Object[0];

    /** Values of a whole chunk; the next chunk may share the object. */
    private record Uniform(long x, long y, int tag) {}

    /** For pages {@code first} up to, not including, {@code end}. */
    public PageRuns(long first, long end) {
        this.first = first;
        this.end = end;
        this.firstChunk = first >> SHIFT;
    }

    /** Sets the values of pages {@code from} … {@code to} − 1, all within the range of this map. */
    public void put(long from, long to, long x, long y, int tag) {
        Uniform uniform = null;
        ensure(to);
        for (long page = from; page < to; ) {
            int index = (int) ((page >> SHIFT) - firstChunk);
            long low = low(index);
            long high = high(index);
            long stop = Math.min(to, high);
            if (page == low && stop == high) {
                if (uniform == null) {
                    uniform = uniformOf(index, x, y, tag);
                }
                chunks[index] = uniform;
            } else {
                PageChunk chunk = chunk(index);
                chunk.put(offset(page), offset(stop - 1) + 1, x, y, tag);
                chunks[index] = chunk.better();
            }
            page = stop;
        }
    }

    /** Takes the values of pages {@code from} … {@code to} − 1. */
    public void clear(long from, long to) {
        for (long page = from; page < to; ) {
            int index = (int) ((page >> SHIFT) - firstChunk);
            if (index >= chunks.length) {
                return;
            }
            long high = high(index);
            long stop = Math.min(to, high);
            if (chunks[index] != null) {
                if (page == low(index) && stop == high) {
                    chunks[index] = null;
                } else {
                    PageChunk chunk = chunk(index);
                    chunk.clear(offset(page), offset(stop - 1) + 1);
                    chunks[index] = chunk.isEmpty() ? null : chunk.better();
                }
            }
            page = stop;
        }
    }

    public boolean isEmpty() {
        return chunks.length == 0;
    }

    /** Whether any of pages {@code from} … {@code to} − 1, all within the range of this map, has a tag other than 0. */
    public boolean anyTag(long from, long to) {
        for (long page = from; page < to; ) {
            int index = (int) ((page >> SHIFT) - firstChunk);
            if (index >= chunks.length) {
                return false;
            }
            long stop = Math.min(to, high(index));
            Object chunk = chunks[index];
            boolean any = chunk instanceof PageChunk
                    ? ((PageChunk) chunk).anyTag(offset(page), offset(stop - 1) + 1)
                    : chunk != null && ((Uniform) chunk).tag != 0;
            if (any) {
                return true;
            }
            page = stop;
        }
        return false;
    }

    /** A reusable walk over runs and the holes between them. */
    public Cursor cursor() {
        return new Cursor();
    }

    private Uniform uniformOf(int index, long x, long y, int tag) {
        if (index > 0 && chunks[index - 1] instanceof Uniform u && u.x == x && u.y == y && u.tag == tag) {
            return u;
        }
        return new Uniform(x, y, tag);
    }

    private PageChunk chunk(int index) {
        Object chunk = chunks[index];
        if (chunk instanceof PageChunk) {
            return (PageChunk) chunk;
        }
        PageChunk runs = new SparseChunk();
        if (chunk != null) {
            Uniform u = (Uniform) chunk;
            runs.put(offset(low(index)), offset(high(index) - 1) + 1, u.x, u.y, u.tag);
        }
        return runs;
    }

    private void ensure(long to) {
        int needed = (int) (((to - 1) >> SHIFT) - firstChunk) + 1;
        if (needed > chunks.length) {
            int all = (int) (((end - 1) >> SHIFT) - firstChunk) + 1;
            chunks = Arrays.copyOf(chunks, Math.min(all, Math.max(needed, 2 * chunks.length)));
        }
    }

    private long low(int index) {
        return Math.max(first, (firstChunk + index) << SHIFT);
    }

    private long high(int index) {
        return Math.min(end, (firstChunk + index + 1) << SHIFT);
    }

    private static int offset(long page) {
        return (int) page & (PageChunk.PAGES - 1);
    }

    /**
     * Walks pages in order. Between two calls of {@link #next()} the map may be changed in the run that was returned
     * last, and nowhere else.
     */
    public final class Cursor {
        private long position;
        private long limit;

        /** The run: pages {@code from} … {@code to} − 1. */
        public long from;

        public long to;
        /** False for a hole; then {@code x}, {@code y} and {@code tag} say nothing. */
        public boolean present;

        public long x;
        public long y;
        public int tag;

        private Cursor() {}

        /** Starts over at {@code start}; the last run ends at or before {@code stop}. */
        public Cursor over(long start, long stop) {
            position = start;
            limit = stop;
            return this;
        }

        public boolean next() {
            if (position >= limit) {
                return false;
            }
            from = position;
            int index = (int) ((position >> SHIFT) - firstChunk);
            Object chunk = index < chunks.length ? chunks[index] : null;
            if (chunk instanceof PageChunk) {
                long base = position & -PageChunk.PAGES;
                int stop = offset(Math.min(limit, high(index)) - 1) + 1;
                to = base + ((PageChunk) chunk).read(offset(position), stop, this);
            } else {
                whole(chunk, index);
            }
            to = Math.min(to, limit);
            position = to;
            return true;
        }

        private void whole(Object chunk, int index) {
            int after = index + 1;
            while (after < chunks.length && chunks[after] == chunk && low(after) < limit) {
                after++;
            }
            present = chunk != null;
            if (present) {
                Uniform u = (Uniform) chunk;
                x = u.x;
                y = u.y;
                tag = u.tag;
                to = high(after - 1);
            } else {
                to = after >= chunks.length ? end : high(after - 1);
            }
        }
    }
}
