// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The events about the host, the recording and its processes; {@link JsonRegionEventWriter} and {@link JsonLinesWriter}
 * add the others.
 */
abstract class JsonHostEventWriter extends JsonLineWriter {
    JsonHostEventWriter(OutputStream out) throws IOException {
        super(out);
    }

    @Override
    public void host(long time, int pid, int tid, HostInfo host) {
        line(Kind.HOST, time, pid, tid);
        text("hostname", host.hostname());
        text("kernel", host.kernel());
        text("machine", host.machine());
        text("backend", host.backend());
        number("scope", host.scope());
        text("recorderVersion", host.recorderVersion());
        number("pageShift", host.pageShift() & U32);
        hex("zeroPfn", host.zeroPfn());
        hex("hugeZeroPfn", host.hugeZeroPfn());
        hex("vmemmapBase", host.vmemmapBase());
        number("structPageBytes", host.structPageBytes() & U32);
        number("cpus", host.cpus() & U32);
        end();
    }

    @Override
    public void clock(long time, int pid, int tid, long realtimeNs) {
        line(Kind.CLOCK, time, pid, tid);
        signed("realtimeNs", realtimeNs);
        end();
    }

    @Override
    public void probe(
            long time, int pid, int tid, CharSequence event, CharSequence function, int status, CharSequence note) {
        line(Kind.PROBE, time, pid, tid);
        text("event", event);
        text("function", function);
        number("status", status & U32);
        text("note", note);
        end();
    }

    @Override
    public void lost(long time, int pid, int tid, int cpu, long count, long sinceNs) {
        line(Kind.LOST, time, pid, tid);
        number("cpu", cpu & U32);
        number("count", count);
        number("sinceNs", sinceNs);
        end();
    }

    @Override
    public void accessesLost(long time, int pid, int tid, long count, long sinceNs) {
        line(Kind.ACCESS_LOST, time, pid, tid);
        number("count", count);
        number("sinceNs", sinceNs);
        end();
    }

    @Override
    public void mark(long time, int pid, int tid, CharSequence text) {
        line(Kind.MARK, time, pid, tid);
        text("text", text);
        end();
    }

    @Override
    public void snapshotBegin(long time, int pid, int tid, int reason) {
        line(Kind.SNAPSHOT_BEGIN, time, pid, tid);
        number("reason", reason & U32);
        end();
    }

    @Override
    public void snapshot(
            long time, int pid, int tid, int asid, long page, long pages, long pfn, int step, int pageKind) {
        line(Kind.SNAPSHOT, time, pid, tid);
        number("asid", asid & U32);
        hex("page", page);
        number("pages", pages);
        frames(pfn, step, pageKind);
        end();
    }

    @Override
    public void snapshotEnd(long time, int pid, int tid) {
        line(Kind.SNAPSHOT_END, time, pid, tid);
        end();
    }

    @Override
    public void space(long time, int pid, int tid, int asid, CharSequence comm) {
        line(Kind.SPACE, time, pid, tid);
        number("asid", asid & U32);
        text("comm", comm);
        end();
    }

    @Override
    public void exec(long time, int pid, int tid, int asid, CharSequence comm, CharSequence file) {
        line(Kind.EXEC, time, pid, tid);
        number("asid", asid & U32);
        text("comm", comm);
        text("file", file);
        end();
    }

    @Override
    public void fork(long time, int pid, int tid, int childPid, int childTid, int childAsid) {
        line(Kind.FORK, time, pid, tid);
        number("childPid", childPid & U32);
        number("childTid", childTid & U32);
        number("childAsid", childAsid & U32);
        end();
    }

    @Override
    public void exit(long time, int pid, int tid, boolean wholeProcess, int code) {
        line(Kind.EXIT, time, pid, tid);
        flag("wholeProcess", wholeProcess);
        signed("code", code);
        end();
    }

    @Override
    public void spaceEnd(long time, int pid, int tid, int asid, long call) {
        line(Kind.SPACE_END, time, pid, tid);
        number("asid", asid & U32);
        number("call", call);
        end();
    }

    @Override
    public void thread(long time, int pid, int tid, CharSequence comm) {
        line(Kind.THREAD, time, pid, tid);
        text("comm", comm);
        end();
    }
}
