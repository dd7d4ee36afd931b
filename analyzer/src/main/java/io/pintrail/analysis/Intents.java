// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/**
 * The last announced changes to page tables of one address space, {@value #KEPT} of them: why pages are gone or
 * write-protected when that is seen.
 */
final class Intents {
    static final int UNMAP = 1;
    static final int MOVE = 2;
    static final int PROTECT = 4;
    static final int FORK = 8;

    private static final int KEPT = 256;

    private final long[] time = new long[KEPT];
    private final long[] from = new long[KEPT];
    private final long[] to = new long[KEPT];
    private final int[] kind = new int[KEPT];
    private final int[] detail = new int[KEPT];
    private final long[] call = new long[KEPT];
    private final int[] pid = new int[KEPT];
    private final int[] tid = new int[KEPT];
    private long count;

    /** @param newDetail unmap reason, or flags that tell how pages were protected */
    void add(long at, int newKind, int newDetail, long first, long end, long newCall, int newPid, int newTid) {
        int last = slot(count - 1);
        if (count > 0
                && newCall != 0
                && call[last] == newCall
                && kind[last] == newKind
                && detail[last] == newDetail
                && to[last] == first) {
            to[last] = end;
            return;
        }
        int next = slot(count++);
        time[next] = at;
        from[next] = first;
        to[next] = end;
        kind[next] = newKind;
        detail[next] = newDetail;
        call[next] = newCall;
        pid[next] = newPid;
        tid[next] = newTid;
    }

    /**
     * Slot of the latest of these kinds that covers the page, after {@code after} and not after {@code until}; or −1.
     */
    int find(int kinds, long page, long after, long until) {
        long oldest = Math.max(0, count - KEPT);
        for (long number = count - 1; number >= oldest; number--) {
            int at = slot(number);
            if ((kind[at] & kinds) != 0 && from[at] <= page && page < to[at] && time[at] > after && time[at] <= until) {
                return at;
            }
        }
        return -1;
    }

    int kind(int slot) {
        return kind[slot];
    }

    int detail(int slot) {
        return detail[slot];
    }

    long time(int slot) {
        return time[slot];
    }

    long call(int slot) {
        return call[slot];
    }

    int pid(int slot) {
        return pid[slot];
    }

    int tid(int slot) {
        return tid[slot];
    }

    private static int slot(long number) {
        return (int) number & (KEPT - 1);
    }
}
