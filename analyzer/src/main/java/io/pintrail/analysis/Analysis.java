// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.trace.BatchHeader;
import io.pintrail.trace.RecordingId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Follows the events of one or more traces and says which pinned pages are no longer the process's pages. Drive any
 * source into it, several one after another or with batches interleaved, then call {@link #finish()}. For one thread.
 */
public final class Analysis extends HostEvents {
    private final AnalysisOptions options;
    private final MarkListener listener;
    private final Results results;
    private final int firstHost;
    private final Map<RecordingId, HostAnalysis> hosts = new LinkedHashMap<>();
    private RecordingId currentId;
    private HostAnalysis host;
    private BatchHeader header;
    private boolean closed;

    public Analysis(AnalysisOptions options) {
        this(options, null);
    }

    /** An analysis whose first host has this index, to be {@link #finish(List) finished} together with others. */
    public Analysis(AnalysisOptions options, int firstHost) {
        this(options, null, firstHost);
    }

    /** @param listener told of every mark; may be null */
    public Analysis(AnalysisOptions options, MarkListener listener) {
        this(options, listener, 0);
    }

    private Analysis(AnalysisOptions options, MarkListener listener, int firstHost) {
        this.options = options;
        this.firstHost = firstHost;
        this.listener = listener;
        this.results = new Results(options);
        enter(RecordingId.NONE);
    }

    private void enter(RecordingId id) {
        if (hosts.size() == 1 && host.recording.events == 0 && host.recording.batches == 0) {
            hosts.clear();
        }
        host = hosts.computeIfAbsent(id, i -> new HostAnalysis(firstHost + hosts.size(), i, options, results));
        recording = host.recording;
        currentId = id;
    }

    @Override
    public void batch(BatchHeader next) {
        if (!next.id().equals(currentId)) {
            enter(next.id());
        }
        recording.lastBatchEnd =
                header != null && header.id().equals(next.id()) ? header.lastTime() : recording.lastEvent;
        header = next;
        recording.batches++;
        recording.batchEvents += next.events();
        recording.complete |= next.last();
    }

    @Override
    public void gap(long firstMissing, long count) {
        if (count == 0) {
            recording.losses().cut(recording.lastEvent);
            return;
        }
        boolean before = header != null && firstMissing + count <= header.sequence();
        long from = before ? recording.lastBatchEnd : recording.lastEvent;
        long to = header == null ? recording.lastEvent : before ? header.firstTime() : header.lastTime();
        recording.losses().gap(from, Math.max(from, to), firstMissing, count);
    }

    /** Ends the analysis; live regions are judged as they are now. */
    public AnalysisResult finish() {
        return finish(List.of(this));
    }

    /** Ends several analyses with equal options; the result is that of one that had followed all their traces. */
    public static AnalysisResult finish(List<Analysis> analyses) {
        List<HostSummary> summaries = new ArrayList<>();
        List<PinUse> pins = new ArrayList<>();
        List<Notice> notices = new ArrayList<>();
        Counters totals = Counters.NONE;
        for (Analysis analysis : analyses) {
            analysis.close();
            totals =
                    analysis.hosts.values().stream().map(HostAnalysis::counters).reduce(totals, Counters::plus);
            summaries.addAll(analysis.hostsNow());
            analysis.hosts.values().forEach(h -> pins.addAll(h.pins.others().uses(h.recording.index)));
            notices.addAll(analysis.noticesNow());
        }
        Results all = analyses.get(0).results;
        analyses.stream().skip(1).forEach(analysis -> all.add(analysis.results));
        return all.result(summaries, pins, notices, totals);
    }

    /** No more events come: live regions are judged as they are now, which settles them. Once is enough. */
    public void close() {
        if (!closed) {
            closed = true;
            hosts.values().forEach(each -> each.finish(listener, results));
        }
    }

    /** What is settled since the last call. What is forgotten is not in the result of {@link #finish()}. */
    public Settled settled(boolean forget) {
        return results.settled(hosts.values(), forget);
    }

    /** Live regions with what changed since the last call, as they would be told if the trace ended here. */
    public List<LiveRegion> changed() {
        List<LiveRegion> changed = new ArrayList<>();
        hosts.values().forEach(each -> each.changed(changed));
        return changed;
    }

    /** The hosts as they are known now. */
    public List<HostSummary> hostsNow() {
        return hosts.values().stream().map(each -> each.recording.summary()).toList();
    }

    /** What limits the trace, as far as known now. */
    public List<Notice> noticesNow() {
        List<Notice> notices = new ArrayList<>();
        hosts.values().forEach(h -> notices.addAll(h.recording.losses().notices(h.recording.lastEvent)));
        return notices;
    }

    @Override
    public void mark(long time, int pid, int tid, CharSequence text) {
        recording.event(time);
        String mark = text.toString();
        recording.mark(time, pid, mark);
        if (listener != null) {
            recording.losses().asOf(time);
            listener.at(recording.index, pid, mark, time, host.state);
            recording.losses().asOfNow();
        }
    }

    @Override
    public void snapshotBegin(long time, int pid, int tid, int reason) {
        recording.event(time);
        host.snapshots.begin();
    }

    @Override
    public void snapshot(
            long time, int pid, int tid, int asid, long page, long pages, long pfn, int step, int pageKind) {
        recording.event(time);
        host.snapshots.pages(time, asid, page, pages, pfn, step, pageKind);
    }

    @Override
    public void snapshotEnd(long time, int pid, int tid) {
        recording.event(time);
        host.snapshots.end();
    }

    @Override
    public void spaceEnd(long time, int pid, int tid, int asid, long call) {
        recording.stateEvent(time);
        host.tables.spaceEnd(pid, tid, asid, call);
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
        recording.event(time);
        host.registrations.registerBegin(time, pid, tid, region, method, device, start, length, iova, access);
    }

    @Override
    public void registerEnd(long time, int pid, int tid, long region, int error, int lkey, int rkey) {
        recording.stateEvent(time);
        host.registrations.registerEnd(time, pid, tid, region, error, lkey, rkey);
    }

    @Override
    public void reregisterBegin(
            long time, int pid, int tid, long region, int flags, long start, long length, long iova, int access) {
        recording.event(time);
        host.registrations.reregisterBegin(time, pid, tid, region, flags, start, length, iova, access);
    }

    @Override
    public void reregisterEnd(long time, int pid, int tid, long region, int error, int lkey, int rkey) {
        recording.stateEvent(time);
        host.registrations.reregisterEnd(time, pid, tid, region, error, lkey, rkey);
    }

    @Override
    public void deregister(long time, int pid, int tid, long region, int error) {
        recording.stateEvent(time);
        host.registrations.deregister(time, pid, tid, region, error);
    }

    @Override
    public void umemBegin(
            long time, int pid, int tid, long umem, long region, int asid, long start, long length, int access) {
        recording.event(time);
        host.registrations.umemBegin(time, pid, tid, umem, region, asid, start, length, access);
    }

    @Override
    public void umemEnd(long time, int pid, int tid, long umem, int error) {
        recording.stateEvent(time);
        host.registrations.umemEnd(time, umem, error);
    }

    @Override
    public void umemRelease(long time, int pid, int tid, long umem) {
        recording.stateEvent(time);
        host.registrations.umemRelease(time, umem);
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
        recording.event(time);
        host.pins.begin(time, pin, umem, caller, page, flags);
    }

    @Override
    public void pinPages(
            long time, int pid, int tid, long pin, long page, long pages, long pfn, int step, int pageKind) {
        recording.stateEvent(time);
        host.pins.pages(time, pid, tid, pin, page, pages, pfn, step, pageKind);
    }

    @Override
    public void pinEnd(long time, int pid, int tid, long pin, long result) {
        recording.event(time);
        host.pins.end(time, pin, result);
    }

    @Override
    public void unpin(long time, int pid, int tid, long pages, long pfn, int step, int pageKind) {
        recording.event(time);
    }

    @Override
    public void fault(
            long time, int pid, int tid, int asid, long page, int flags, long pin, int result, long durationNs) {
        recording.event(time);
        host.pins.fault(pin, page, flags, result, durationNs);
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
        recording.stateEvent(time);
        host.tables.map(time, pid, tid, asid, cause, call, page, pages, pfn, step, pageKind);
    }

    @Override
    public void unmap(long time, int pid, int tid, int asid, int reason, int flags, long call, long page, long pages) {
        recording.stateEvent(time);
        host.tables.unmap(time, pid, tid, asid, reason, flags, call, page, pages);
    }

    @Override
    public void move(long time, int pid, int tid, int asid, long call, long oldPage, long newPage, long pages) {
        recording.event(time);
        host.tables.move(time, pid, tid, asid, call, oldPage, newPage, pages);
    }

    @Override
    public void protect(long time, int pid, int tid, int asid, long call, long page, long pages, long vmFlags) {
        recording.event(time);
        host.tables.protect(time, pid, tid, asid, call, page, pages, vmFlags);
    }

    @Override
    public void forkCopy(long time, int pid, int tid, int parentAsid, int childAsid, long page, long pages, long call) {
        recording.event(time);
        host.tables.forkCopy(time, pid, tid, parentAsid, call, page, pages);
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
        recording.event(time);
        recording.calls.put(call, number, a0, a1, a2, a3, a4, a5, kernelStack, userStack);
    }

    @Override
    public void doubt(long time, int pid, int tid, int asid, long page, long pages) {
        recording.stateEvent(time);
        host.tables.doubt(time, asid, page, pages);
    }

    @Override
    public void access(long time, int pid, int tid, long region, long iova, long length, int direction) {
        recording.event(time);
        host.device.access(time, pid, tid, region, iova, length, direction);
    }
}
