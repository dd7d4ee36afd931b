// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/** The events of one batch. Byte for byte what recorder/ptl/ptl_batch.c makes of the same events. */
final class BatchBuffer extends EventBuffer {
    /** Kind, length and time of the first event are known only at the end; they are put before {@link #BASE} then. */
    private static final int BASE = 1 + 2 * Wire.VARINT_MAX;

    private int firstKind;
    private int firstEnd;
    private long firstEventTime;
    private long firstTime;
    private long lastTime;
    private int events;
    private long lost;

    BatchBuffer() {
        super(300 << 10);
        clear();
    }

    void clear() {
        to = BASE;
        pid = 0;
        events = 0;
        lost = 0;
    }

    @Override
    void begin(int kind, long eventTime, int eventPid, int eventTid) {
        if (events > 0) {
            firstTime = Math.min(firstTime, eventTime);
            lastTime = Math.max(lastTime, eventTime);
            super.begin(kind, eventTime, eventPid, eventTid);
            return;
        }
        room();
        firstKind = kind;
        firstEventTime = eventTime;
        firstTime = eventTime;
        lastTime = eventTime;
        who(eventTime, eventPid, eventTid);
    }

    @Override
    void end() {
        if (events++ == 0) {
            firstEnd = to;
        } else {
            super.end();
        }
    }

    void lost(long count) {
        lost += count;
    }

    int events() {
        return events;
    }

    long lost() {
        return lost;
    }

    /** Smallest event time. */
    long firstTime() {
        return firstTime;
    }

    /** Greatest event time, or that of the batch before while there is no event. */
    long lastTime() {
        return lastTime;
    }

    /** Size that decides when a batch is full: without what {@link #payloadStart} adds. */
    int size() {
        return to - BASE;
    }

    byte[] bytes() {
        return bytes;
    }

    int payloadEnd() {
        return to;
    }

    /** Completes the first event, whose time is relative to the smallest in the batch, and says where it starts. */
    int payloadStart() {
        if (events == 0) {
            return to;
        }
        byte[] head = new byte[BASE];
        byte[] time = new byte[Wire.VARINT_MAX];
        int timeBytes = Wire.putVarint(time, 0, Wire.zigzag(firstEventTime - firstTime));
        head[0] = (byte) firstKind;
        int end = Wire.putVarint(head, 1, timeBytes + firstEnd - BASE);
        System.arraycopy(time, 0, head, end, timeBytes);
        end += timeBytes;
        System.arraycopy(head, 0, bytes, BASE - end, end);
        return BASE - end;
    }
}
