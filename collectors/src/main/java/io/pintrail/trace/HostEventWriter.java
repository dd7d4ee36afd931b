// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/** Encodes the events about the host, the recording and its processes; {@link EventWriter} adds those about memory. */
abstract class HostEventWriter extends RunsWriter {
    HostEventWriter(EventBuffer to) {
        super(to);
    }

    @Override
    public void host(long time, int pid, int tid, HostInfo host) {
        begin(Kind.HOST, time, pid, tid);
        to.string(host.hostname());
        to.string(host.kernel());
        to.string(host.machine());
        to.string(host.backend());
        to.u8(host.scope());
        to.string(host.recorderVersion());
        to.u32(host.pageShift());
        to.varint(host.zeroPfn());
        to.varint(host.hugeZeroPfn());
        to.varint(host.vmemmapBase());
        to.u32(host.structPageBytes());
        to.u32(host.cpus());
        end();
    }

    @Override
    public void clock(long time, int pid, int tid, long realtimeNs) {
        begin(Kind.CLOCK, time, pid, tid);
        to.svarint(realtimeNs);
        end();
    }

    @Override
    public void probe(
            long time, int pid, int tid, CharSequence event, CharSequence function, int status, CharSequence note) {
        begin(Kind.PROBE, time, pid, tid);
        to.string(event);
        to.string(function);
        to.u8(status);
        to.string(note);
        end();
    }

    @Override
    public void lost(long time, int pid, int tid, int cpu, long count, long sinceNs) {
        begin(Kind.LOST, time, pid, tid);
        to.u32(cpu);
        to.varint(count);
        to.varint(sinceNs);
        end();
    }

    @Override
    public void accessesLost(long time, int pid, int tid, long count, long sinceNs) {
        begin(Kind.ACCESS_LOST, time, pid, tid);
        to.varint(count);
        to.varint(sinceNs);
        end();
    }

    @Override
    public void mark(long time, int pid, int tid, CharSequence text) {
        begin(Kind.MARK, time, pid, tid);
        to.string(text);
        end();
    }

    @Override
    public void snapshotBegin(long time, int pid, int tid, int reason) {
        begin(Kind.SNAPSHOT_BEGIN, time, pid, tid);
        to.u8(reason);
        end();
    }

    @Override
    public void snapshotEnd(long time, int pid, int tid) {
        begin(Kind.SNAPSHOT_END, time, pid, tid);
        end();
    }

    @Override
    public void space(long time, int pid, int tid, int asid, CharSequence comm) {
        begin(Kind.SPACE, time, pid, tid);
        to.u32(asid);
        to.string(comm);
        end();
    }

    @Override
    public void exec(long time, int pid, int tid, int asid, CharSequence comm, CharSequence file) {
        begin(Kind.EXEC, time, pid, tid);
        to.u32(asid);
        to.string(comm);
        to.string(file);
        end();
    }

    @Override
    public void fork(long time, int pid, int tid, int childPid, int childTid, int childAsid) {
        begin(Kind.FORK, time, pid, tid);
        to.u32(childPid);
        to.u32(childTid);
        to.u32(childAsid);
        end();
    }

    @Override
    public void exit(long time, int pid, int tid, boolean wholeProcess, int code) {
        begin(Kind.EXIT, time, pid, tid);
        to.varint(wholeProcess ? 1 : 0);
        to.svarint(code);
        end();
    }

    @Override
    public void spaceEnd(long time, int pid, int tid, int asid, long call) {
        begin(Kind.SPACE_END, time, pid, tid);
        to.u32(asid);
        to.varint(call);
        end();
    }

    @Override
    public void thread(long time, int pid, int tid, CharSequence comm) {
        begin(Kind.THREAD, time, pid, tid);
        to.string(comm);
        end();
    }
}
