// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.state.PageRuns;

/**
 * What the device did to diverged pages. An access over several pages counts once, at its first diverged page, but
 * touches them all.
 */
final class PageUse {
    static final int READ = 1;
    static final int WRITTEN = 2;

    private final PageRuns runs;
    private final PageRuns.Cursor cursor;

    PageUse(long first, long end) {
        runs = new PageRuns(first, end);
        cursor = runs.cursor();
    }

    /** x: writes in bits 0–31, reads in bits 32–63; y: bytes; tag: {@link #READ}, {@link #WRITTEN}. */
    PageRuns.Cursor cursor() {
        return runs.cursor();
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    void clear(long from, long to) {
        if (!runs.isEmpty()) {
            runs.clear(from, to);
        }
    }

    /**
     * The device used bytes {@code firstByte} … {@code endByte} − 1; pages {@code from} … {@code to} − 1 of these have
     * diverged.
     *
     * @param counted whether the access is counted here; false where it was at a page before
     */
    void add(long from, long to, boolean write, boolean counted, long firstByte, long endByte) {
        long one = write ? 1 : 1L << 32;
        int touch = write ? WRITTEN : READ;
        long page = from;
        if (counted) {
            add(page, page + 1, one, touch, overlap(page, firstByte, endByte));
            page++;
        }
        long whole = Math.min(to, endByte >>> 12);
        if (page < whole) {
            add(page, whole, 0, touch, 4096);
            page = whole;
        }
        if (page < to) {
            add(page, to, 0, touch, overlap(page, firstByte, endByte));
        }
    }

    private void add(long from, long to, long count, int touch, long bytes) {
        for (long page = from; page < to; page = cursor.to) {
            cursor.over(page, to).next();
            if (cursor.present) {
                runs.put(cursor.from, cursor.to, cursor.x + count, cursor.y + bytes, cursor.tag | touch);
            } else {
                runs.put(cursor.from, cursor.to, count, bytes, touch);
            }
        }
    }

    private static long overlap(long page, long firstByte, long endByte) {
        return Math.min(endByte, (page + 1) << 12) - Math.max(firstByte, page << 12);
    }
}
