// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import org.agrona.collections.LongArrayList;

/** Spans of time in which so many things happened that are not in the trace; neighbours are joined to bound them. */
final class LostSpans {
    private static final int MAX = 1024;
    private static final int FIELDS = 3;

    /** From, to, count. */
    private LongArrayList spans = new LongArrayList();

    void add(long from, long to, long count) {
        if (spans.size() == MAX * FIELDS) {
            join();
        }
        spans.addLong(from);
        spans.addLong(to);
        spans.addLong(count);
    }

    /** How many may have happened between two times, both included. */
    long within(long from, long to) {
        long count = 0;
        for (int i = 0; i < spans.size(); i += FIELDS) {
            if (spans.getLong(i) <= to && spans.getLong(i + 1) >= from) {
                count = sum(count, spans.getLong(i + 2));
            }
        }
        return count;
    }

    private void join() {
        LongArrayList joined = new LongArrayList();
        for (int i = 0; i < spans.size(); i += 2 * FIELDS) {
            joined.addLong(Math.min(spans.getLong(i), spans.getLong(i + FIELDS)));
            joined.addLong(Math.max(spans.getLong(i + 1), spans.getLong(i + FIELDS + 1)));
            joined.addLong(sum(spans.getLong(i + 2), spans.getLong(i + FIELDS + 2)));
        }
        spans = joined;
    }

    /** Counts of a trace may be anything up to 2⁶⁴−1. */
    static long sum(long a, long b) {
        long sum = a + b;
        return a < 0 || b < 0 || sum < 0 ? Long.MAX_VALUE : sum;
    }
}
