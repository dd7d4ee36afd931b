// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.state.PageRuns;

/**
 * Since when it is not known what the pages of a block map. Kept apart from the observations, so that both may come in
 * any order: a page is in doubt where its doubt is later than its latest observation, and one of the same time has seen
 * what raised the doubt (docs/trace-format.md, section 3).
 */
final class Doubts {
    /** In place of a time: never. */
    static final long NEVER = Long.MIN_VALUE;

    private final PageRuns since;
    private final PageRuns.Cursor cursor;

    /** For pages {@code first} … {@code end} − 1. */
    Doubts(long first, long end) {
        since = new PageRuns(first, end);
        cursor = since.cursor();
    }

    boolean isEmpty() {
        return since.isEmpty();
    }

    /** The latest doubt counts. */
    void add(long time, long from, long to) {
        for (long page = from; page < to; ) {
            cursor.over(page, to).next();
            long stop = cursor.to;
            if (!cursor.present || cursor.x < time) {
                since.put(page, stop, time, 0, 0);
            }
            page = stop;
        }
    }

    /** Where the doubt that {@code page} has, or has not, ends; at {@code limit} at the latest. */
    long stretch(long page, long limit) {
        if (since.isEmpty()) {
            return limit;
        }
        cursor.over(page, limit).next();
        return cursor.to;
    }

    /** The doubt of pages {@code page} … {@code stretch} − 1: a time, or {@link #NEVER}. */
    long since(long page, long stretch) {
        if (since.isEmpty()) {
            return NEVER;
        }
        cursor.over(page, stretch).next();
        return cursor.present ? cursor.x : NEVER;
    }
}
