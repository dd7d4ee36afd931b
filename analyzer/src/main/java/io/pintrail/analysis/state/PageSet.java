// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.state;

import java.util.Arrays;

/** A set of pages as sorted runs; cheapest when pages are added in ascending order. */
public final class PageSet {
    private long[] from = new long[2];
    private long[] to = new long[2];
    private int count;
    private long pages;
    /** The run that was added to or found last: nearly every lookup is in it. */
    private long lastFrom;

    private long lastTo;

    /** Pages in the set. */
    public long pages() {
        return pages;
    }

    /** Adds pages {@code start} … {@code end} − 1. */
    public void add(long start, long end) {
        if (count > 0 && start == to[count - 1]) {
            to[count - 1] = end;
            pages += end - start;
            last(count - 1);
            return;
        }
        int at = find(start);
        if (at > 0 && to[at - 1] == start) {
            at--;
        }
        long low = start;
        long high = end;
        int after = at;
        while (after < count && from[after] <= end) {
            low = Math.min(low, from[after]);
            high = Math.max(high, to[after]);
            pages -= to[after] - from[after];
            after++;
        }
        replace(at, after, low, high);
        pages += high - low;
    }

    public boolean contains(long page) {
        return isInLast(page) || isInLast(page, find(page));
    }

    /**
     * End of the longest stretch from {@code page} on that is wholly inside or wholly outside, at most {@code limit}.
     */
    public long stretch(long page, long limit) {
        if (isInLast(page)) {
            return Math.min(limit, lastTo);
        }
        int at = find(page);
        if (at == count) {
            return limit;
        }
        return Math.min(limit, isInLast(page, at) ? to[at] : from[at]);
    }

    private boolean isInLast(long page) {
        return page >= lastFrom && page < lastTo;
    }

    /** As above, with {@code at} becoming the last run if it has the page. */
    private boolean isInLast(long page, int at) {
        boolean in = at < count && from[at] <= page;
        if (in) {
            last(at);
        }
        return in;
    }

    private void last(int at) {
        lastFrom = from[at];
        lastTo = to[at];
    }

    private int find(long page) {
        int low = 0;
        int high = count;
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

    private void replace(int at, int after, long low, long high) {
        int grown = count + 1 - (after - at);
        if (grown > from.length) {
            from = Arrays.copyOf(from, 2 * from.length);
            to = Arrays.copyOf(to, 2 * to.length);
        }
        System.arraycopy(from, after, from, at + 1, count - after);
        System.arraycopy(to, after, to, at + 1, count - after);
        from[at] = low;
        to[at] = high;
        count = grown;
        last(at);
    }
}
