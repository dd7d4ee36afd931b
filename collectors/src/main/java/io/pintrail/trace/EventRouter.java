// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/** Sends each event to the visitor chosen for its kind and time: for filters, counters, and everything that delays. */
public abstract class EventRouter implements TraceVisitor {
    /** Says who gets the event that has just come. */
    protected abstract TraceVisitor to(int kind, long time);

    @Override
    public void host(long time, int pid, int tid, HostInfo host) {
        to(Kind.HOST, time).host(time, pid, tid, host);
    }

    @Override
    public void clock(long time, int pid, int tid, long realtimeNs) {
        to(Kind.CLOCK, time).clock(time, pid, tid, realtimeNs);
    }

    @Override
    public void probe(
            long time, int pid, int tid, CharSequence event, CharSequence function, int status, CharSequence note) {
        to(Kind.PROBE, time).probe(time, pid, tid, event, function, status, note);
    }

    @Override
    public void lost(long time, int pid, int tid, int cpu, long count, long sinceNs) {
        to(Kind.LOST, time).lost(time, pid, tid, cpu, count, sinceNs);
    }

    @Override
    public void accessesLost(long time, int pid, int tid, long count, long sinceNs) {
        to(Kind.ACCESS_LOST, time).accessesLost(time, pid, tid, count, sinceNs);
    }

    @Override
    public void mark(long time, int pid, int tid, CharSequence text) {
        to(Kind.MARK, time).mark(time, pid, tid, text);
    }

    @Override
    public void snapshotBegin(long time, int pid, int tid, int reason) {
        to(Kind.SNAPSHOT_BEGIN, time).snapshotBegin(time, pid, tid, reason);
    }

    @Override
    public void snapshot(
            long time, int pid, int tid, int asid, long page, long pages, long pfn, int step, int pageKind) {
        to(Kind.SNAPSHOT, time).snapshot(time, pid, tid, asid, page, pages, pfn, step, pageKind);
    }

    @Override
    public void snapshotEnd(long time, int pid, int tid) {
        to(Kind.SNAPSHOT_END, time).snapshotEnd(time, pid, tid);
    }

    @Override
    public void space(long time, int pid, int tid, int asid, CharSequence comm) {
        to(Kind.SPACE, time).space(time, pid, tid, asid, comm);
    }

    @Override
    public void exec(long time, int pid, int tid, int asid, CharSequence comm, CharSequence file) {
        to(Kind.EXEC, time).exec(time, pid, tid, asid, comm, file);
    }

    @Override
    public void fork(long time, int pid, int tid, int childPid, int childTid, int childAsid) {
        to(Kind.FORK, time).fork(time, pid, tid, childPid, childTid, childAsid);
    }

    @Override
    public void exit(long time, int pid, int tid, boolean wholeProcess, int code) {
        to(Kind.EXIT, time).exit(time, pid, tid, wholeProcess, code);
    }

    @Override
    public void spaceEnd(long time, int pid, int tid, int asid, long call) {
        to(Kind.SPACE_END, time).spaceEnd(time, pid, tid, asid, call);
    }

    @Override
    public void thread(long time, int pid, int tid, CharSequence comm) {
        to(Kind.THREAD, time).thread(time, pid, tid, comm);
    }

    @Override
    public void registerBegin(
            long time,
            int pid,
            int tid,
            long region,
            int asid,
            int method,
            CharSequence device,
            long start,
            long length,
            long iova,
            int access) {
        to(Kind.REGISTER_BEGIN, time)
                .registerBegin(time, pid, tid, region, asid, method, device, start, length, iova, access);
    }

    @Override
    public void registerEnd(long time, int pid, int tid, long region, int error, int lkey, int rkey) {
        to(Kind.REGISTER_END, time).registerEnd(time, pid, tid, region, error, lkey, rkey);
    }

    @Override
    public void reregisterBegin(
            long time, int pid, int tid, long region, int flags, long start, long length, long iova, int access) {
        to(Kind.REREGISTER_BEGIN, time).reregisterBegin(time, pid, tid, region, flags, start, length, iova, access);
    }

    @Override
    public void reregisterEnd(long time, int pid, int tid, long region, int error, int lkey, int rkey) {
        to(Kind.REREGISTER_END, time).reregisterEnd(time, pid, tid, region, error, lkey, rkey);
    }

    @Override
    public void deregister(long time, int pid, int tid, long region, int error) {
        to(Kind.DEREGISTER, time).deregister(time, pid, tid, region, error);
    }

    @Override
    public void umemBegin(
            long time, int pid, int tid, long umem, long region, int asid, long start, long length, int access) {
        to(Kind.UMEM_BEGIN, time).umemBegin(time, pid, tid, umem, region, asid, start, length, access);
    }

    @Override
    public void umemEnd(long time, int pid, int tid, long umem, int error) {
        to(Kind.UMEM_END, time).umemEnd(time, pid, tid, umem, error);
    }

    @Override
    public void umemRelease(long time, int pid, int tid, long umem) {
        to(Kind.UMEM_RELEASE, time).umemRelease(time, pid, tid, umem);
    }

    @Override
    public void pinBegin(
            long time,
            int pid,
            int tid,
            long pin,
            long umem,
            int asid,
            int caller,
            int api,
            long page,
            long pages,
            int flags,
            int rawFlags) {
        to(Kind.PIN_BEGIN, time).pinBegin(time, pid, tid, pin, umem, asid, caller, api, page, pages, flags, rawFlags);
    }

    @Override
    public void pinPages(
            long time, int pid, int tid, long pin, long page, long pages, long pfn, int step, int pageKind) {
        to(Kind.PIN_PAGES, time).pinPages(time, pid, tid, pin, page, pages, pfn, step, pageKind);
    }

    @Override
    public void pinEnd(long time, int pid, int tid, long pin, long result) {
        to(Kind.PIN_END, time).pinEnd(time, pid, tid, pin, result);
    }

    @Override
    public void unpin(long time, int pid, int tid, long pages, long pfn, int step, int pageKind) {
        to(Kind.UNPIN, time).unpin(time, pid, tid, pages, pfn, step, pageKind);
    }

    @Override
    public void fault(
            long time, int pid, int tid, int asid, long page, int flags, long pin, int result, long durationNs) {
        to(Kind.FAULT, time).fault(time, pid, tid, asid, page, flags, pin, result, durationNs);
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
        to(Kind.MAP, time).map(time, pid, tid, asid, cause, call, page, pages, pfn, step, pageKind);
    }

    @Override
    public void unmap(long time, int pid, int tid, int asid, int reason, int flags, long call, long page, long pages) {
        to(Kind.UNMAP, time).unmap(time, pid, tid, asid, reason, flags, call, page, pages);
    }

    @Override
    public void move(long time, int pid, int tid, int asid, long call, long oldPage, long newPage, long pages) {
        to(Kind.MOVE, time).move(time, pid, tid, asid, call, oldPage, newPage, pages);
    }

    @Override
    public void protect(long time, int pid, int tid, int asid, long call, long page, long pages, long vmFlags) {
        to(Kind.PROTECT, time).protect(time, pid, tid, asid, call, page, pages, vmFlags);
    }

    @Override
    public void forkCopy(long time, int pid, int tid, int parentAsid, int childAsid, long page, long pages, long call) {
        to(Kind.FORK_COPY, time).forkCopy(time, pid, tid, parentAsid, childAsid, page, pages, call);
    }

    @Override
    public void call(
            long time,
            int pid,
            int tid,
            long call,
            int number,
            long a0,
            long a1,
            long a2,
            long a3,
            long a4,
            long a5,
            long kernelStack,
            long userStack) {
        to(Kind.CALL, time).call(time, pid, tid, call, number, a0, a1, a2, a3, a4, a5, kernelStack, userStack);
    }

    @Override
    public void frame(
            long time,
            int pid,
            int tid,
            long stack,
            int index,
            int frames,
            long address,
            CharSequence module,
            CharSequence buildId,
            long moduleOffset,
            CharSequence symbol,
            long symbolOffset) {
        to(Kind.FRAME, time)
                .frame(
                        time,
                        pid,
                        tid,
                        stack,
                        index,
                        frames,
                        address,
                        module,
                        buildId,
                        moduleOffset,
                        symbol,
                        symbolOffset);
    }

    @Override
    public void doubt(long time, int pid, int tid, int asid, long page, long pages) {
        to(Kind.DOUBT, time).doubt(time, pid, tid, asid, page, pages);
    }

    @Override
    public void area(
            long time,
            int pid,
            int tid,
            long umem,
            long page,
            long pages,
            long vmFlags,
            int backing,
            int traits,
            CharSequence fileSystem) {
        to(Kind.AREA, time).area(time, pid, tid, umem, page, pages, vmFlags, backing, traits, fileSystem);
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
        to(Kind.BEFORE, time).before(time, pid, tid, umem, entry, page, pages, pfn, step, pageKind);
    }

    @Override
    public void access(long time, int pid, int tid, long region, long iova, long length, int direction) {
        to(Kind.ACCESS, time).access(time, pid, tid, region, iova, length, direction);
    }
}
