// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/** Encodes the events that carry runs; {@link HostEventWriter} and {@link EventWriter} add the others. */
abstract class RunsWriter implements TraceVisitor {
    protected final EventBuffer to;
    private final Runs runs = new Runs();

    RunsWriter(EventBuffer to) {
        this.to = to;
    }

    /** An event is complete in the buffer. */
    protected abstract void written();

    protected final void begin(int kind, long time, int pid, int tid) {
        endRuns();
        to.begin(kind, time, pid, tid);
    }

    protected final void end() {
        to.end();
        written();
    }

    @Override
    public void snapshot(
            long time, int pid, int tid, int asid, long page, long pages, long pfn, int step, int pageKind) {
        event(Kind.SNAPSHOT, time, pid, tid, asid & 0xffff_ffffL, 0, 0, page);
        run(pages, pfn, step, pageKind);
    }

    @Override
    public void pinPages(
            long time, int pid, int tid, long pin, long page, long pages, long pfn, int step, int pageKind) {
        event(Kind.PIN_PAGES, time, pid, tid, pin, 0, 0, page);
        run(pages, pfn, step, pageKind);
    }

    @Override
    public void unpin(long time, int pid, int tid, long pages, long pfn, int step, int pageKind) {
        event(Kind.UNPIN, time, pid, tid, 0, 0, 0, 0);
        run(pages, pfn, step, pageKind);
    }

    @Override
    public void map(
            long time,
            int pid,
            int tid,
            int asid,
            int cause,
            long call,
            long page,
            long pages,
            long pfn,
            int step,
            int pageKind) {
        event(Kind.MAP, time, pid, tid, asid & 0xffff_ffffL, cause, call, page);
        run(pages, pfn, step, pageKind);
    }

    @Override
    public void before(
            long time,
            int pid,
            int tid,
            long umem,
            int entry,
            long page,
            long pages,
            long pfn,
            int step,
            int pageKind) {
        event(Kind.BEFORE, time, pid, tid, umem, entry, 0, page);
        run(pages, pfn, step, pageKind);
    }

    private void event(int kind, long time, int pid, int tid, long owner, int cause, long call, long page) {
        if (!runs.continuedBy(kind, time, pid, tid, owner, cause, call, page)) {
            endRuns();
            runs.start(kind, time, pid, tid, owner, cause, call, page);
        }
    }

    private void run(long pages, long pfn, int step, int pageKind) {
        int shape = Runs.shape(pfn, step);
        if (pages == 0 || runs.joins(pages, shape, pfn, pageKind)) {
            return;
        }
        if (runs.put()) {
            writeRuns();
        }
        runs.next(pages, shape, pfn, pageKind);
    }

    /** Writes the event whose runs are being gathered, if there is one. */
    protected final void endRuns() {
        runs.put();
        writeRuns();
    }

    private void writeRuns() {
        if (runs.count == 0) {
            return;
        }
        to.begin(runs.kind, runs.time, runs.pid, runs.tid);
        if (runs.kind != Kind.UNPIN) {
            to.varint(runs.owner);
        }
        if (runs.kind == Kind.MAP) {
            to.u8(runs.cause);
            to.varint(runs.call);
        }
        if (runs.kind == Kind.BEFORE) {
            to.u8(runs.cause);
        }
        to.varint(runs.page);
        to.varint(runs.count);
        to.raw(runs.bytes, runs.used);
        end();
        runs.goOn();
    }
}
