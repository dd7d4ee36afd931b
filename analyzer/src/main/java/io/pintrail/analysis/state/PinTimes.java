// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.state;

import java.util.Arrays;

/** When the pages of a block were pinned: one entry for each pin call, since a call pins up to 512 pages at once. */
public final class PinTimes {
    /** {@code time[i]} holds from {@code page[i]} up to {@code page[i + 1]}. */
    private long[] page = new long[2];

    private long[] time = new long[2];
    private int count;
    private long end = Long.MIN_VALUE;
    private long latest = Long.MIN_VALUE;
    private long earliest = Long.MAX_VALUE;

    /** Latest time over all pages; {@link Long#MIN_VALUE} if nothing was pinned. */
    public long latest() {
        return latest;
    }

    /** Earliest time over all pages; {@link Long#MAX_VALUE} if nothing was pinned. */
    public long earliest() {
        return earliest;
    }

    public void put(long from, long to, long newTime) {
        latest = Math.max(latest, newTime);
        earliest = Math.min(earliest, newTime);
        if (from < end) {
            putBetween(from, to, newTime);
        } else if (count == 0 || time[count - 1] != newTime) {
            insert(count, from, newTime);
        }
        end = Math.max(end, to);
    }

    /** Time of a pinned page. */
    public long at(long wanted) {
        int at = find(wanted);
        return at < 0 ? Long.MIN_VALUE : time[at];
    }

    /** First page after {@code wanted} with a time of its own, at most {@code limit}. */
    public long stretch(long wanted, long limit) {
        int next = find(wanted) + 1;
        return next < count ? Math.min(limit, page[next]) : limit;
    }

    private void putBetween(long from, long to, long newTime) {
        long restored = at(to);
        int first = find(from - 1) + 1;
        int after = find(to) + 1;
        boolean exact = after > first && page[after - 1] == to;
        int drop = exact ? after - 1 : after;
        System.arraycopy(page, drop, page, first, count - drop);
        System.arraycopy(time, drop, time, first, count - drop);
        count -= drop - first;
        insert(first, from, newTime);
        if (!exact && restored != Long.MIN_VALUE) {
            insert(first + 1, to, restored);
        }
    }

    private void insert(int at, long newPage, long newTime) {
        if (count == page.length) {
            page = Arrays.copyOf(page, 2 * count);
            time = Arrays.copyOf(time, 2 * count);
        }
        System.arraycopy(page, at, page, at + 1, count - at);
        System.arraycopy(time, at, time, at + 1, count - at);
        page[at] = newPage;
        time[at] = newTime;
        count++;
    }

    /** Index of the entry that holds for {@code wanted}, −1 before the first. */
    private int find(long wanted) {
        if (count == 0 || page[count - 1] <= wanted) {
            return count - 1;
        }
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int mid = (low + high) >>> 1;
            if (page[mid] <= wanted) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low - 1;
    }
}
