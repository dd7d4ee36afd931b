// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.trace.HostInfo;
import io.pintrail.trace.TraceVisitor;

/** The events about the host, the recording and its processes; {@link Analysis} adds those about memory. */
abstract class HostEvents implements TraceVisitor {
    /** The one whose events come. */
    protected Recording recording;

    @Override
    public void host(long time, int pid, int tid, HostInfo info) {
        recording.event(time);
        recording.host(info);
    }

    @Override
    public void clock(long time, int pid, int tid, long realtimeNs) {
        recording.event(time);
        recording.clock(time, realtimeNs);
    }

    @Override
    public void probe(
            long time, int pid, int tid, CharSequence event, CharSequence function, int status, CharSequence note) {
        recording.event(time);
        recording.probe(time, event.toString(), function.toString(), status, note.toString());
    }

    @Override
    public void lost(long time, int pid, int tid, int cpu, long count, long sinceNs) {
        recording.event(time);
        recording.losses().lost(time, cpu, count, sinceNs);
    }

    @Override
    public void accessesLost(long time, int pid, int tid, long count, long sinceNs) {
        recording.event(time);
        recording.losses().accessesLost(time, count, sinceNs);
    }

    @Override
    public void space(long time, int pid, int tid, int asid, CharSequence comm) {
        recording.event(time);
        recording.names.set(pid, comm);
    }

    @Override
    public void exec(long time, int pid, int tid, int asid, CharSequence comm, CharSequence file) {
        recording.event(time);
        recording.names.set(tid, comm);
        recording.names.set(pid, comm);
    }

    @Override
    public void fork(long time, int pid, int tid, int childPid, int childTid, int childAsid) {
        recording.event(time);
        recording.names.inherit(childTid, pid, tid);
    }

    @Override
    public void exit(long time, int pid, int tid, boolean wholeProcess, int code) {
        recording.event(time);
        recording.names.forget(tid);
    }

    @Override
    public void thread(long time, int pid, int tid, CharSequence comm) {
        recording.event(time);
        recording.names.set(tid, comm);
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
        recording.event(time);
        recording.stacks.put(stack, index, frames, FrameText.of(address, module, moduleOffset, symbol, symbolOffset));
    }
}
