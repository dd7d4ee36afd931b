// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.state;

import java.util.Arrays;

/** For chunks of many short runs: values by page, 24 bytes side by side, so that a change moves nothing. */
final class DenseChunk extends PageChunk {
    private static final int WIDTH = 3;
    /** In place of a tag: the page has no values. No tag is negative as a long. */
    private static final long ABSENT = -1;

    /** Per page: tag, x, y. */
    private final long[] values = new long[PAGES * WIDTH];

    /** One bit a page, of those with a tag other than 0: asked far more often than they change. */
    private final long[] tagged = new long[PAGES / Long.SIZE];

    private int count;

    DenseChunk() {
        Arrays.fill(values, ABSENT);
    }

    @Override
    void put(int first, int end, long x, long y, int tag) {
        for (int at = first * WIDTH; at < end * WIDTH; at += WIDTH) {
            count += values[at] == ABSENT ? 1 : 0;
            values[at] = tag & 0xffff_ffffL;
            values[at + 1] = x;
            values[at + 2] = y;
        }
        mark(first, end, tag != 0);
    }

    @Override
    void clear(int first, int end) {
        for (int at = first * WIDTH; at < end * WIDTH; at += WIDTH) {
            count -= values[at] == ABSENT ? 0 : 1;
            values[at] = ABSENT;
        }
        mark(first, end, false);
    }

    private void mark(int first, int end, boolean set) {
        for (int page = first; page < end; page++) {
            long bit = 1L << page;
            tagged[page >> 6] = set ? tagged[page >> 6] | bit : tagged[page >> 6] & ~bit;
        }
    }

    @Override
    boolean anyTag(int first, int end) {
        for (int page = first; page < end; page++) {
            if ((tagged[page >> 6] & 1L << page) != 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    boolean isEmpty() {
        return count == 0;
    }

    @Override
    int read(int page, int end, PageRuns.Cursor into) {
        long[] all = values;
        int at = page * WIDTH;
        long tag = all[at];
        int next = at + WIDTH;
        into.present = tag != ABSENT;
        if (!into.present) {
            while (next < end * WIDTH && all[next] == ABSENT) {
                next += WIDTH;
            }
            return next / WIDTH;
        }
        long x = all[at + 1];
        long y = all[at + 2];
        into.x = x;
        into.y = y;
        into.tag = (int) tag;
        while (next < end * WIDTH && all[next] == tag && all[next + 1] == x && all[next + 2] == y) {
            next += WIDTH;
        }
        return next / WIDTH;
    }

    @Override
    PageChunk better() {
        return this;
    }
}
