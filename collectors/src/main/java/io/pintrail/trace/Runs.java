// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/**
 * Gathers the runs of one event. Runs arrive one call at a time; those that continue one another become one run, those
 * of one event become one event again, so that what was read is written back byte for byte. The C writer
 * (recorder/ptl/ptl_runs.c) joins by the same rules.
 */
final class Runs {
    static final int CONSECUTIVE = 0;
    static final int SAME = 1;
    static final int NONE = 2;
    static final int NOT_PRESENT = 3;

    /** An event whose runs have reached this size is written; the next run starts another. */
    static final int MAX_BYTES = 32 << 10;

    int kind;
    long time;
    int pid;
    int tid;
    long owner;
    int cause;
    long call;
    long page;
    long pages;
    long count;
    byte[] bytes = new byte[MAX_BYTES + 3 * Wire.VARINT_MAX];
    int used;

    private long runPages;
    private long runPfn;
    private int runShape;
    private int runKind;

    boolean isEmpty() {
        return count == 0 && runPages == 0;
    }

    /** True when a run at this page belongs to the event being gathered. Frames without address have no order. */
    boolean continuedBy(int kind, long time, int pid, int tid, long owner, int cause, long call, long page) {
        return !isEmpty()
                && this.kind == kind
                && this.time == time
                && this.pid == pid
                && this.tid == tid
                && this.owner == owner
                && this.cause == cause
                && this.call == call
                && (kind == Kind.UNPIN || this.page + pages + runPages == page);
    }

    void start(int kind, long time, int pid, int tid, long owner, int cause, long call, long page) {
        this.kind = kind;
        this.time = time;
        this.pid = pid;
        this.tid = tid;
        this.owner = owner;
        this.cause = cause;
        this.call = call;
        this.page = page;
        clear();
    }

    /** Forgets the runs, keeps what the event says besides them. */
    void clear() {
        pages = 0;
        count = 0;
        used = 0;
        runPages = 0;
    }

    static int shape(long pfn, int step) {
        if (pfn == TraceVisitor.NONE) {
            return NONE;
        }
        if (pfn == TraceVisitor.NOT_PRESENT) {
            return NOT_PRESENT;
        }
        if (pfn < 0) {
            throw new IllegalArgumentException("page frame number " + pfn);
        }
        return step == 1 ? CONSECUTIVE : SAME;
    }

    /** True if this run makes the one before longer. A single page is consecutive and same at once. */
    boolean joins(long morePages, int shape, long pfn, int pageKind) {
        if (runPages == 0) {
            return false;
        }
        if (shape >= NONE || runShape >= NONE) {
            if (shape != runShape) {
                return false;
            }
        } else if (pageKind != runKind) {
            return false;
        } else if (mayBe(CONSECUTIVE, morePages, shape) && pfn == runPfn + runPages) {
            runShape = CONSECUTIVE;
        } else if (mayBe(SAME, morePages, shape) && pfn == runPfn) {
            runShape = SAME;
        } else {
            return false;
        }
        runPages += morePages;
        return true;
    }

    private boolean mayBe(int wanted, long morePages, int shape) {
        return (runShape == wanted || runPages == 1) && (shape == wanted || morePages == 1);
    }

    void next(long pages, int shape, long pfn, int pageKind) {
        runPages = pages;
        runShape = shape;
        runPfn = pfn;
        runKind = pageKind;
    }

    /** Encodes the run being gathered; true when the event is full. */
    boolean put() {
        if (runPages == 0) {
            return false;
        }
        used = Wire.putVarint(bytes, used, runPages << 2 | runShape);
        if (runShape <= SAME) {
            used = Wire.putVarint(bytes, used, runPfn);
            bytes[used++] = (byte) runKind;
        }
        pages += runPages;
        count++;
        runPages = 0;
        return used >= MAX_BYTES;
    }

    /** After the event has been written: more runs go on behind it. */
    void goOn() {
        if (kind != Kind.UNPIN) {
            page += pages;
        }
        clear();
    }
}
