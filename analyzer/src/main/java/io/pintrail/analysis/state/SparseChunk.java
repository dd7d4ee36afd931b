// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.state;

import java.util.Arrays;

/** For chunks of few runs: sorted, 24 bytes each. */
final class SparseChunk extends PageChunk {
    /** From about here on moving runs costs more than the values of all pages. */
    private static final int MANY = 64;

    private int count;
    /** First page and the page after the last one, 0 … 512. */
    private short[] from = new short[4];

    private short[] to = new short[4];
    private long[] x = new long[4];
    private long[] y = new long[4];
    private int[] tag = new int[4];

    /** Index of the first run that ends after {@code page}, {@code count} if there is none. */
    private int find(int page) {
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

    @Override
    boolean isEmpty() {
        return count == 0;
    }

    @Override
    boolean anyTag(int first, int end) {
        for (int at = find(first); at < count && from[at] < end; at++) {
            if (tag[at] != 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    int read(int page, int end, PageRuns.Cursor into) {
        int at = find(page);
        into.present = at < count && from[at] <= page;
        if (!into.present) {
            return at < count ? Math.min(end, from[at]) : end;
        }
        into.x = x[at];
        into.y = y[at];
        into.tag = tag[at];
        return Math.min(end, to[at]);
    }

    @Override
    PageChunk better() {
        if (count < MANY) {
            return this;
        }
        DenseChunk dense = new DenseChunk();
        for (int i = 0; i < count; i++) {
            dense.put(from[i], to[i], x[i], y[i], tag[i]);
        }
        return dense;
    }

    @Override
    void clear(int first, int end) {
        remove(first, end);
    }

    /** Takes the values of these pages; returns where a run for them belongs. */
    private int remove(int first, int end) {
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

    @Override
    void put(int first, int end, long newX, long newY, int newTag) {
        int at = remove(first, end);
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
