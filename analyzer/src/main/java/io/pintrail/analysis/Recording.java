// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.state.CallTable;
import io.pintrail.analysis.state.StackTable;
import io.pintrail.analysis.state.Timeline;
import io.pintrail.trace.HostInfo;
import io.pintrail.trace.RecordingId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * What is known of one recording.
 *
 * <pre>
 * Recording
 *   names     tid → comm                     calls   last system calls      stacks  of calls, as text
 *   spaces    asid → Space
 *                      blocks   page range → Umem (live)      intents   last announced unmaps, moves, protections
 *   umems     umem → Umem
 *                      pins     cost, provenance              pages     frames, observations, use (PageStates)
 *   regions   region → Region (registering or live) → Umem
 *   losses    since when what was known is in doubt
 *   closed    findings of which losses that are told later may concern
 * </pre>
 */
final class Recording {
    private static final int TIMELINE_STEPS = 2048;
    private static final long MAX_MARKS = 10_000;

    /** Events may come a little late; the recorder sorts them within seconds. */
    private static final long MAX_DISORDER_NS = 60_000_000_000L;

    /** System call number of a CALL outside of system calls. */
    private static final int NOT_A_CALL = -1;

    final int index;
    final RecordingId id;
    final AnalysisOptions options;
    final Names names = new Names();
    final CallTable calls = new CallTable();
    final StackTable stacks = new StackTable();
    final Int2ObjectHashMap<Space> spaces = new Int2ObjectHashMap<>();
    final Long2ObjectHashMap<Umem> umems = new Long2ObjectHashMap<>();
    final Long2ObjectHashMap<Region> regions = new Long2ObjectHashMap<>();

    final ClosedFindings closed;
    private final Losses losses;
    private final Timeline pinned = new Timeline(TIMELINE_STEPS);
    private final List<HostSummary.Probe> probes = new ArrayList<>();
    private final List<HostSummary.Mark> marks = new ArrayList<>();
    private HostInfo host;
    private OptionalLong realtimeOffset = OptionalLong.empty();
    private long pinnedPages;
    private long lastMark = Long.MIN_VALUE;

    long batches;
    /** Last time of the batch before the current one. */
    long lastBatchEnd = Long.MIN_VALUE;

    /** What the batch headers claim; a run event is one of these and several of {@link #events}. */
    long batchEvents;
    /** Calls of the visitor. */
    long events;

    long firstEvent = Long.MAX_VALUE;
    long lastEvent = Long.MIN_VALUE;
    long lateEvents;
    boolean complete;
    long snapshotPages;
    long snapshotDifferences;

    Recording(int index, RecordingId id, AnalysisOptions options) {
        this.index = index;
        this.id = id;
        this.options = options;
        losses = new Losses(index);
        closed = new ClosedFindings(losses);
    }

    Losses losses() {
        return losses;
    }

    void event(long time) {
        events++;
        if (time > lastEvent) {
            lastEvent = time;
        } else if (lastEvent - time > MAX_DISORDER_NS) {
            losses.clockWentBack(time, lastEvent);
        }
        if (time < firstEvent) {
            firstEvent = time;
        }
    }

    /** As {@link #event}, for what page states depend on. */
    void stateEvent(long time) {
        event(time);
        if (time < lastMark) {
            lateEvents++;
        }
    }

    void host(HostInfo info) {
        host = info;
    }

    void clock(long time, long realtimeNs) {
        if (realtimeOffset.isEmpty()) {
            realtimeOffset = OptionalLong.of(realtimeNs - time);
        }
    }

    void probe(long time, String event, String function, int status, String note) {
        probes.add(new HostSummary.Probe(event, function, status, note));
        if (status == 0 && ProbeNeeds.pageStates(event)) {
            losses.probeMissing(time, event, function);
        }
    }

    void mark(long time, int pid, String text) {
        lastMark = Math.max(lastMark, time);
        if (marks.size() < MAX_MARKS) {
            marks.add(new HostSummary.Mark(time, pid, text));
        }
    }

    /** Whether a frame is the shared zero page or lies in the huge zero page. */
    boolean isZero(long pfn, int kind) {
        if (kind == PageKind.ZERO.ordinal() || kind == PageKind.HUGE_ZERO.ordinal()) {
            return true;
        }
        return host != null && pfn == host.zeroPfn() && pfn != 0;
    }

    void pinnedChanged(long time, long pages) {
        pinnedPages += pages;
        pinned.set(time, pinnedPages << Pages.SHIFT);
    }

    long peakPinnedBytes() {
        return pinned.peak();
    }

    /** The call, 0 where it is known to be none: a page fault, whose stack it tells. */
    long systemCall(long call) {
        return calls.knows(call) && calls.number(call) == NOT_A_CALL ? 0 : call;
    }

    Actor actor(int pid, int tid, long call) {
        long[] arguments = systemCall(call) == 0 ? null : calls.copy(call);
        Actor.Stack stack = calls.knows(call)
                ? new Actor.Stack(stacks.get(calls.userStack(call)), stacks.get(calls.kernelStack(call)))
                : Actor.Stack.NONE;
        return new Actor(pid, tid, names.of(pid, tid), systemCall(call), arguments, stack);
    }

    String regionId(Region region) {
        return "h" + index + "r" + region.id;
    }

    String hostName() {
        return summary().name();
    }

    void finish() {
        if (lateEvents > 0) {
            losses.notice(
                    Notice.Kind.LATE_EVENTS,
                    lastMark,
                    lateEvents
                            + " events came after a mark that they precede in time; the state at that mark lacks them");
        }
        if (snapshotDifferences > 0) {
            losses.notice(
                    Notice.Kind.SNAPSHOT_DIFFERS,
                    lastEvent,
                    snapshotDifferences + " of " + snapshotPages
                            + " pages of pagemap snapshots differ from the rebuilt state though no event was lost");
        }
    }

    long eventCount() {
        return batches > 0 ? batchEvents : events;
    }

    HostSummary summary() {
        HostInfo info = host == null ? new HostInfo("", "", "", "", 0, "", 12, 0, 0, 0, 0, 0) : host;
        List<HostSummary.PinnedBytes> steps = new ArrayList<>(pinned.size());
        for (int i = 0; i < pinned.size(); i++) {
            steps.add(new HostSummary.PinnedBytes(pinned.timeNs(i), pinned.value(i)));
        }
        // The last bucket says its greatest value; what came after it within that time is the value at the end.
        if (pinned.size() > 0 && pinned.value(pinned.size() - 1) != pinned.current()) {
            steps.add(new HostSummary.PinnedBytes(pinned.timeNs(pinned.size()), pinned.current()));
        }
        return new HostSummary(
                index,
                id.hostId(),
                id.bootId(),
                HexFormat.of().toHexDigits(id.recording()),
                info.hostname(),
                info.kernel(),
                info.machine(),
                info.backend(),
                host == null ? "" : info.scope() == 0 ? "pinned" : "all",
                info.recorderVersion(),
                events == 0 ? 0 : firstEvent,
                events == 0 ? 0 : lastEvent,
                realtimeOffset,
                eventCount(),
                batches,
                losses.lostEvents(),
                losses.gaps(),
                complete,
                List.copyOf(probes),
                List.copyOf(marks),
                regions.values().stream().filter(region -> region.live).count(),
                snapshotPages,
                snapshotDifferences,
                List.copyOf(steps));
    }
}
