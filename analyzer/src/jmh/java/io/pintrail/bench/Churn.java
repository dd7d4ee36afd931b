// SPDX-License-Identifier: Apache-2.0
package io.pintrail.bench;

import io.pintrail.trace.Source;
import io.pintrail.trace.TraceVisitor;

/** What a program without a registration cache does: it registers a buffer for every transfer. */
final class Churn implements Source {
    private static final int PID = 4242;
    private static final int ASID = 1;
    private static final int PAGES = 16;
    private static final long FIRST_PAGE = 0x7_0000_0000L;
    private static final int WRITABLE = 7;

    private final int registrations;
    private final int live;
    private long time = 1_000_000_000L;

    Churn(int registrations, int live) {
        this.registrations = registrations;
        this.live = live;
    }

    @Override
    public void drive(TraceVisitor v) {
        v.space(tick(), PID, PID, ASID, "churn");
        for (int i = 0; i < registrations; i++) {
            register(v, i + 1);
            if (i >= live) {
                deregister(v, i + 1 - live);
            }
        }
    }

    private void register(TraceVisitor v, long id) {
        long page = FIRST_PAGE + id % (2L * live) * (PAGES + 1);
        long start = page << 12;
        long length = (long) PAGES << 12;
        v.registerBegin(tick(), PID, PID, id, ASID, 1, "rxe0", start, length, start, WRITABLE);
        v.umemBegin(tick(), PID, PID, id, id, ASID, start, length, WRITABLE);
        v.pinBegin(tick(), PID, PID, id, id, ASID, 1, 1, page, PAGES, 13, 0x10009);
        v.pinPages(tick(), PID, PID, id, page, PAGES, 0x10_0000L + id * PAGES, 1, 1);
        v.pinEnd(tick(), PID, PID, id, PAGES);
        v.umemEnd(tick(), PID, PID, id, 0);
        v.registerEnd(tick(), PID, PID, id, 0, (int) id << 8, (int) id << 8);
    }

    private void deregister(TraceVisitor v, long id) {
        v.umemRelease(tick(), PID, PID, id);
        v.deregister(tick(), PID, PID, id, 0);
    }

    private long tick() {
        return time += 500;
    }
}
