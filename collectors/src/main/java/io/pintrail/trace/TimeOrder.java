// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/**
 * Delivers every mark after all events whose time is not greater than the mark's, as far as the trace is out of order
 * by less than {@link #HOLD_NS}; a loss that began before a mark is delivered before it too. For pages the latest
 * observation wins, whatever the order in the file, so nothing but marks needs this: events pass straight through until
 * a mark comes, and only those that follow it within the hold-back are kept and sorted.
 *
 * <p>Batch headers and gaps are passed on at once, so a gap counts against the marks that are held at that moment.
 */
public final class TimeOrder extends EventRouter {
    /** How far behind the newest event a mark stays. Recorders hold events back for milliseconds only. */
    public static final long HOLD_NS = 1_000_000_000L;

    /** Beyond this the oldest events are let go early. */
    private static final int MAX_HELD_BYTES = 64 << 20;

    private final TraceVisitor target;
    private HeldEvents held = new HeldEvents();
    private boolean holding;
    private long firstMark;
    private long newest;
    private RecordingId recording;

    /** {@link #finish} must be called at the end. */
    public TimeOrder(TraceVisitor target) {
        this.target = target;
    }

    /** The same source, in order. */
    public static Source of(Source source) {
        return visitor -> {
            TimeOrder order = new TimeOrder(visitor);
            source.drive(order);
            order.finish();
        };
    }

    @Override
    public void batch(BatchHeader header) {
        if (!header.id().equals(recording)) {
            finish();
            recording = header.id();
        }
        target.batch(header);
    }

    @Override
    public void gap(long firstMissing, long count) {
        target.gap(firstMissing, count);
    }

    @Override
    protected TraceVisitor to(int kind, long time) {
        // Twice the hold-back before anything is done, so that each event is moved at most once on average.
        if (holding && newest - firstMark > 2 * HOLD_NS) {
            release(newest - HOLD_NS);
        } else if (holding && held.bytes() > MAX_HELD_BYTES) {
            release(newest);
        }
        if (!holding && kind != Kind.MARK) {
            return target;
        }
        if (!holding) {
            firstMark = time;
            newest = time;
        }
        holding = true;
        newest = Math.max(newest, time);
        return held;
    }

    private void release(long limit) {
        held = held.release(limit, target);
        holding = !held.isEmpty();
        firstMark = limit;
    }

    /** Delivers what is still held. */
    public void finish() {
        if (holding) {
            release(Long.MAX_VALUE);
        }
    }
}
