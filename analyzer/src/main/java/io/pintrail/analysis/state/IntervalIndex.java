// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.state;

import java.util.Arrays;

/**
 * Finds the blocks that overlap a page range, where blocks may overlap, be equal or lie anywhere. Blocks are sorted by
 * start within classes of similar length: block lengths of class k are 2^k … 2^(k+1) − 1 pages, so a lookup need not
 * start more than 2^(k+1) pages before the range, however long other blocks are.
 */
public final class IntervalIndex<T> {
    private final Class[] classes = new Class[64];
    /** Bit k: class k has blocks. */
    private long occupied;

    private int size;

    private static final class Class {
        long[] start = new long[4];
        long[] end = new long[4];
        Object[] block = new Object[4];
        int count;

        /**
         * Index of the first block with a start ≥ {@code wanted}. Both outcomes of a step leave as many to look at, so
         * the compiler makes it a conditional move: a processor mispredicts half of the branches of a search.
         */
        int lowerBound(long wanted) {
            int low = 0;
            for (int left = count; left > 0; ) {
                int half = (left + 1) >>> 1;
                low = start[low + half - 1] < wanted ? low + half : low;
                left -= half;
            }
            return low;
        }

        void insert(long from, long to, Object added) {
            if (count == start.length) {
                start = Arrays.copyOf(start, 2 * count);
                end = Arrays.copyOf(end, 2 * count);
                block = Arrays.copyOf(block, 2 * count);
            }
            int at = lowerBound(from);
            shift(at, at + 1, count - at);
            start[at] = from;
            end[at] = to;
            block[at] = added;
            count++;
        }

        boolean remove(long from, Object removed) {
            for (int at = lowerBound(from); at < count && start[at] == from; at++) {
                if (block[at] == removed) {
                    shift(at + 1, at, count - at - 1);
                    block[--count] = null;
                    return true;
                }
            }
            return false;
        }

        private void shift(int source, int target, int length) {
            System.arraycopy(start, source, start, target, length);
            System.arraycopy(end, source, end, target, length);
            System.arraycopy(block, source, block, target, length);
        }
    }

    public int size() {
        return size;
    }

    /** Adds a block of pages {@code from} … {@code to} − 1, at least one. */
    public void add(long from, long to, T block) {
        int number = 63 - Long.numberOfLeadingZeros(to - from);
        if (classes[number] == null) {
            classes[number] = new Class();
        }
        classes[number].insert(from, to, block);
        occupied |= 1L << number;
        size++;
    }

    /** Removes a block that was added with the same range; does nothing if it is not there. */
    public void remove(long from, long to, T block) {
        int number = 63 - Long.numberOfLeadingZeros(to - from);
        if (classes[number] != null && classes[number].remove(from, block)) {
            size--;
            if (classes[number].count == 0) {
                classes[number] = null;
                occupied &= ~(1L << number);
            }
        }
    }

    /** All blocks that overlap pages {@code from} … {@code to} − 1, into a list that the caller reuses. */
    public void find(long from, long to, Matches<T> into) {
        into.count = 0;
        for (long rest = occupied; rest != 0; rest &= rest - 1) {
            int number = Long.numberOfTrailingZeros(rest);
            Class length = classes[number];
            long reach = number >= 62 ? Long.MAX_VALUE : (2L << number) - 1;
            long lowest = from - reach > from ? Long.MIN_VALUE : from - reach;
            for (int at = length.lowerBound(lowest); at < length.count && length.start[at] < to; at++) {
                if (length.end[at] > from) {
                    into.add(length.block[at]);
                }
            }
        }
    }

    /** All blocks, in no order that matters. */
    public void all(Matches<T> into) {
        find(Long.MIN_VALUE / 2, Long.MAX_VALUE, into);
    }

    /** Result of a lookup. */
    public static final class Matches<T> {
        private Object[] blocks = new Object[8];
        private int count;

        public int count() {
            return count;
        }

        @SuppressWarnings("unchecked")
        public T get(int at) {
            return (T) blocks[at];
        }

        private void add(Object block) {
            if (count == blocks.length) {
                blocks = Arrays.copyOf(blocks, 2 * count);
            }
            blocks[count++] = block;
        }
    }
}
