// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.whatif;

import io.pintrail.trace.TraceVisitor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What happened to the pages of a registration while it ran: what other threads did, in any process, because pages may
 * be shared since a fork, and faults that failed for want of memory. Of these no prediction can know.
 */
final class Changes implements TraceVisitor {
    /** VM_FAULT_ERROR in include/linux/mm_types.h. */
    private static final int FAILED = 0x873;

    private record Change(long time, int tid, long page, long end) {}

    private static final class Call {
        int tid;
        long beganNs;
    }

    private final List<Change> changes = new ArrayList<>();
    private final List<Change> failures = new ArrayList<>();
    private final Map<Long, Call> running = new HashMap<>();
    private final Map<List<Long>, Call> ended = new HashMap<>();

    boolean meanwhile(Registration registration, long page) {
        Call call = ended.get(List.of(registration.region(), registration.timeNs()));
        return changes.stream()
                .anyMatch(c -> c.tid != call.tid
                        && c.time >= call.beganNs
                        && c.time <= registration.timeNs()
                        && page >= c.page
                        && page < c.end);
    }

    boolean ranOutOfMemory(Registration registration) {
        Call call = ended.get(List.of(registration.region(), registration.timeNs()));
        return failures.stream()
                .anyMatch(f -> f.tid == call.tid && f.time >= call.beganNs && f.time <= registration.timeNs());
    }

    private void change(long time, int tid, long page, long pages) {
        changes.add(new Change(time, tid, page, page + pages));
    }

    @Override
    public void fault(
            long time, int pid, int tid, int asid, long page, int flags, long pin, int result, long durationNs) {
        if (pin != 0 && (result & FAILED) != 0) {
            failures.add(new Change(time, tid, page, page + 1));
        }
    }

    @Override
    public void spaceEnd(long time, int pid, int tid, int asid, long call) {
        change(time, tid, 0, Long.MAX_VALUE);
    }

    @Override
    public void umemBegin(
            long time, int pid, int tid, long umem, long region, int asid, long start, long length, int access) {
        Call call = new Call();
        call.tid = tid;
        call.beganNs = time;
        running.put(region, call);
    }

    @Override
    public void registerEnd(long time, int pid, int tid, long region, int error, int lkey, int rkey) {
        Call call = running.remove(region);
        if (call != null) {
            ended.put(List.of(region, time), call);
        }
    }

    @Override
    public void reregisterEnd(long time, int pid, int tid, long region, int error, int lkey, int rkey) {
        registerEnd(time, pid, tid, region, error, lkey, rkey);
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
        change(time, tid, page, pages);
    }

    @Override
    public void unmap(long time, int pid, int tid, int asid, int reason, int flags, long call, long page, long pages) {
        change(time, tid, page, pages);
    }

    @Override
    public void move(long time, int pid, int tid, int asid, long call, long oldPage, long newPage, long pages) {
        change(time, tid, oldPage, pages);
        change(time, tid, newPage, pages);
    }

    @Override
    public void protect(long time, int pid, int tid, int asid, long call, long page, long pages, long vmFlags) {
        change(time, tid, page, pages);
    }

    @Override
    public void forkCopy(long time, int pid, int tid, int parentAsid, int childAsid, long page, long pages, long call) {
        change(time, tid, page, pages);
    }
}
