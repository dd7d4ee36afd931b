// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.util.Arrays;
import java.util.Comparator;

/** Events kept for a while, encoded, to be delivered in the order of their times. */
final class HeldEvents extends EventWriter {
    private final Buffer buffer;
    private final EventDecoder decoder = new EventDecoder();
    private long[] keys = new long[1024];
    private int[] starts = new int[1024];
    private int[] ends = new int[1024];
    private int count;
    private int marks;

    HeldEvents() {
        this(new Buffer());
    }

    private HeldEvents(Buffer buffer) {
        super(buffer);
        this.buffer = buffer;
    }

    /** Every event relative to nothing, so that it can be decoded alone. */
    private static final class Buffer extends EventBuffer {
        private int start;
        private long key;
        private boolean mark;

        Buffer() {
            super(64 << 10);
        }

        @Override
        void begin(int kind, long eventTime, int eventPid, int eventTid) {
            time = 0;
            pid = 0;
            start = to;
            mark = kind == Kind.MARK;
            key = key(eventTime) + (mark ? 1 : 0);
            super.begin(kind, eventTime, eventPid, eventTid);
        }

        /** Twice the time, which leaves a place after all events of that time for a mark. */
        private static long key(long time) {
            return Math.min(time, Long.MAX_VALUE >> 1) << 1;
        }
    }

    /** A loss is delivered where it began, or marks within it would look certain. */
    @Override
    public void lost(long time, int pid, int tid, int cpu, long lostEvents, long sinceNs) {
        super.lost(time, pid, tid, cpu, lostEvents, sinceNs);
        boolean sinceEver = sinceNs < 0 || sinceNs > time;
        keys[count - 1] = sinceEver ? 0 : Buffer.key(time - sinceNs);
    }

    @Override
    protected void written() {
        if (count == keys.length) {
            keys = Arrays.copyOf(keys, count * 2);
            starts = Arrays.copyOf(starts, count * 2);
            ends = Arrays.copyOf(ends, count * 2);
        }
        keys[count] = buffer.key;
        starts[count] = buffer.start;
        ends[count] = buffer.to;
        count++;
        if (buffer.mark) {
            marks++;
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    int bytes() {
        return buffer.to;
    }

    /**
     * Delivers, in order of time, the events up to {@code limit}; the others too unless there are marks among them.
     *
     * @return what is still held
     */
    HeldEvents release(long limit, TraceVisitor visitor) {
        endRuns();
        Integer[] order = order();
        long last = Buffer.key(limit) + 1;
        int due = 0;
        int marksDue = 0;
        while (due < count && keys[order[due]] <= last) {
            marksDue += (int) keys[order[due++]] & 1;
        }
        if (marksDue == marks) {
            due = count;
        }
        HeldEvents rest = new HeldEvents();
        for (int i = 0; i < count; i++) {
            int event = order[i];
            decoder.decodeOne(buffer.bytes, starts[event], ends[event], i < due ? visitor : rest);
        }
        rest.endRuns();
        return rest;
    }

    private Integer[] order() {
        Integer[] order = new Integer[count];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingLong(i -> keys[i]));
        return order;
    }
}
