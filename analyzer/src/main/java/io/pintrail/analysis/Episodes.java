// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.Arrays;

/** The open episodes of one block by small numbers from 1 on; a number is free again when its last page is back. */
final class Episodes {
    /** Neighbouring divergences outside a known call belong together when no more than this lies between them, ns. */
    private static final long TOGETHER_NS = 1_000_000_000;

    private static final int REMEMBERED = 8;

    private Episode[] table = new Episode[4];
    private int used = 1;
    private int[] free = new int[4];
    private int freeCount;
    private final int[] recent = new int[REMEMBERED];
    private int recentAt;

    Episode get(int number) {
        return table[number];
    }

    /** Number of a recent episode that the same thread makes for the same reason, 0 if there is none. */
    int recent(Cause cause, int pid, int tid, long call, long protectedAt, long time) {
        for (int number : recent) {
            Episode episode = number == 0 ? null : table[number];
            if (episode != null
                    && episode.cause == cause
                    && episode.by.tid() == tid
                    && episode.by.pid() == pid
                    && episode.by.call() == call
                    && episode.protectedAt() == protectedAt
                    && (call != 0 || Math.abs(time - episode.lastAt) <= TOGETHER_NS)) {
                return number;
            }
        }
        return 0;
    }

    int add(Episode episode) {
        int number = freeCount > 0 ? free[--freeCount] : used++;
        if (number == table.length) {
            table = Arrays.copyOf(table, 2 * number);
        }
        table[number] = episode;
        recent[recentAt] = number;
        recentAt = (recentAt + 1) % REMEMBERED;
        return number;
    }

    void opened(int number, long pages, long time) {
        Episode episode = table[number];
        episode.openPages += pages;
        episode.lastAt = Math.max(episode.lastAt, time);
    }

    void closed(int number, long pages) {
        Episode episode = table[number];
        episode.openPages -= pages;
        if (episode.openPages == 0) {
            table[number] = null;
            if (freeCount == free.length) {
                free = Arrays.copyOf(free, 2 * freeCount);
            }
            free[freeCount++] = number;
        }
    }
}
