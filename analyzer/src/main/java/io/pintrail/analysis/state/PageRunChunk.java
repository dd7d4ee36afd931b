// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.state;

import java.util.Arrays;

/** Sorted runs of values over the 512 pages of one aligned 2 MiB extent; pages may have no value. */
final class PageRunChunk {
    static final int PAGES = 512;

    int count;
    /** First page and the page after the last one, 0 … 512. */
    short[] from = new short[4];

    short[] to = new short[4];
    long[] x = new long[4];
    long[] y = new long[4];
    int[] tag = new int[4];

    /** Index of the first run that ends after {@code page}, {@code count} if there is none. */
    int find(int page) {
        int low = 0;
        int high = count;
        if (high > 0 && to[high - 1] <= page) {
            return high;
        }
        while (low < high) {
            int mid = (low + high) >>> 1;
            if (to[mid] <= page) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    /** Takes the values from {@code first} up to, not including, {@code end}; returns where a run for them belongs. */
    int clear(int first, int end) {
        int at = find(first);
        if (at == count) {
            return at;
        }
        if (from[at] < first) {
            if (to[at] > end) {
                open(at + 1);
                copy(at, at + 1);
                from[at + 1] = (short) end;
                to[at] = (short) first;
                return at + 1;
            }
            to[at++] = (short) first;
        }
        int after = at;
        while (after < count && to[after] <= end) {
            after++;
        }
        if (after < count && from[after] < end) {
            from[after] = (short) end;
        }
        close(at, after);
        return at;
    }

    void put(int first, int end, long newX, long newY, int newTag) {
        int at = clear(first, end);
        boolean before = at > 0 && to[at - 1] == first && same(at - 1, newX, newY, newTag);
        boolean behind = at < count && from[at] == end && same(at, newX, newY, newTag);
        if (before && behind) {
            to[at - 1] = to[at];
            close(at, at + 1);
        } else if (before) {
            to[at - 1] = (short) end;
        } else if (behind) {
            from[at] = (short) first;
        } else {
            open(at);
            from[at] = (short) first;
            to[at] = (short) end;
            x[at] = newX;
            y[at] = newY;
            tag[at] = newTag;
        }
    }

    private boolean same(int at, long newX, long newY, int newTag) {
        return x[at] == newX && y[at] == newY && tag[at] == newTag;
    }

    private void copy(int source, int target) {
        from[target] = from[source];
        to[target] = to[source];
        x[target] = x[source];
        y[target] = y[source];
        tag[target] = tag[source];
    }

    private void open(int at) {
        if (count == from.length) {
            int capacity = 2 * count;
            from = Arrays.copyOf(from, capacity);
            to = Arrays.copyOf(to, capacity);
            x = Arrays.copyOf(x, capacity);
            y = Arrays.copyOf(y, capacity);
            tag = Arrays.copyOf(tag, capacity);
        }
        shift(at, at + 1, count - at);
        count++;
    }

    private void close(int at, int after) {
        if (after > at) {
            shift(after, at, count - after);
            count -= after - at;
        }
    }

    private void shift(int source, int target, int length) {
        if (length > 0) {
            System.arraycopy(from, source, from, target, length);
            System.arraycopy(to, source, to, target, length);
            System.arraycopy(x, source, x, target, length);
            System.arraycopy(y, source, y, target, length);
            System.arraycopy(tag, source, tag, target, length);
        }
    }
}
