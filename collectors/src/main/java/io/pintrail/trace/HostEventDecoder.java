// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/** The events about the host, the recording and its processes; {@link EventDecoder} adds those about memory. */
class HostEventDecoder extends EventCursor {
    protected TraceVisitor visitor;
    protected long time;
    protected int pid;
    protected int tid;

    protected final void host() {
        HostInfo host = new HostInfo(
                string(), string(), string(), string(), u8(), string(), u32(), varint(), varint(), varint(), u32(),
                u32());
        fits();
        visitor.host(time, pid, tid, host);
    }

    protected final void clock() {
        long realtimeNs = svarint();
        fits();
        visitor.clock(time, pid, tid, realtimeNs);
    }

    protected final void probe() {
        String event = string();
        String function = string();
        int status = u8();
        String note = string();
        fits();
        visitor.probe(time, pid, tid, event, function, status, note);
    }

    protected final void lost() {
        int cpu = u32();
        long count = varint();
        long sinceNs = varint();
        fits();
        visitor.lost(time, pid, tid, cpu, count, sinceNs);
    }

    protected final void accessesLost() {
        long count = varint();
        long sinceNs = varint();
        fits();
        visitor.accessesLost(time, pid, tid, count, sinceNs);
    }

    protected final void mark() {
        String text = string();
        fits();
        visitor.mark(time, pid, tid, text);
    }

    protected final void snapshotBegin() {
        int reason = u8();
        fits();
        visitor.snapshotBegin(time, pid, tid, reason);
    }

    protected final void snapshotEnd() {
        fits();
        visitor.snapshotEnd(time, pid, tid);
    }

    protected final void space() {
        int asid = u32();
        String comm = string();
        fits();
        visitor.space(time, pid, tid, asid, comm);
    }

    protected final void exec() {
        int asid = u32();
        String comm = string();
        String file = string();
        fits();
        visitor.exec(time, pid, tid, asid, comm, file);
    }

    protected final void fork() {
        int childPid = u32();
        int childTid = u32();
        int childAsid = u32();
        fits();
        visitor.fork(time, pid, tid, childPid, childTid, childAsid);
    }

    protected final void exit() {
        boolean wholeProcess = varint() != 0;
        int code = s32();
        fits();
        visitor.exit(time, pid, tid, wholeProcess, code);
    }

    protected final void spaceEnd() {
        int asid = u32();
        long call = laterVarint();
        fits();
        visitor.spaceEnd(time, pid, tid, asid, call);
    }

    protected final void thread() {
        String comm = string();
        fits();
        visitor.thread(time, pid, tid, comm);
    }
}
