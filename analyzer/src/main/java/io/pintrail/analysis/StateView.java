// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.state.FrameCode;
import io.pintrail.trace.TraceVisitor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The live regions of a recording as they are now. */
final class StateView implements AnalysisState {
    private final Recording recording;
    private final VerdictWalk walk;

    StateView(Recording recording) {
        this.recording = recording;
        this.walk = new VerdictWalk(recording);
    }

    private List<Region> live() {
        List<Region> live = new ArrayList<>();
        recording.regions.forEachLong((id, region) -> {
            if (region.live && region.addressKnown() && !(region.umem == null && region.released != null)) {
                live.add(region);
            }
        });
        live.sort(Comparator.comparingLong(region -> region.order));
        return live;
    }

    @Override
    public void forEachPage(PageConsumer consumer) {
        for (Region region : live()) {
            pages(region, consumer);
        }
    }

    @Override
    public void forEachPage(int pid, int lkey, PageConsumer consumer) {
        for (Region region : live()) {
            if (region.pid == pid && region.lkey == lkey) {
                pages(region, consumer);
            }
        }
    }

    private void pages(Region region, PageConsumer consumer) {
        PageStates states = region.umem == null ? null : region.umem.pages;
        walk.walk(region, region.umem, (from, to, verdict, reason, code, tag) -> {
            boolean pinned =
                    states != null && verdict != Verdict.ODP && states.frames().isPinned(from);
            if (reason == UnknownReason.TOO_LARGE) {
                return;
            }
            boolean unknown = verdict == Verdict.UNKNOWN || verdict == Verdict.ODP || reason != UnknownReason.NONE;
            for (long page = from; page < to; page++) {
                long pinnedPfn = pinned ? states.frames().pfn(page) : TraceVisitor.NONE;
                long mappedPfn = unknown ? UNKNOWN : mapped(page, code, pinnedPfn);
                consumer.page(region.pid, region.lkey, page << Pages.SHIFT, pinnedPfn, mappedPfn, verdict, reason);
            }
        });
    }

    private static long mapped(long page, long code, long pinnedPfn) {
        if (code == FrameCode.PINNED) {
            return pinnedPfn;
        }
        return FrameCode.isFrame(code) ? FrameCode.pfn(code, page) : TraceVisitor.NONE;
    }

    @Override
    public void forEachRun(RunConsumer consumer) {
        for (Region region : live()) {
            PageStates states = region.umem == null ? null : region.umem.pages;
            walk.walk(region, region.umem, (from, to, verdict, reason, code, tag) -> {
                Cause cause = tag == 0 ? Cause.NONE : states.episodes().get(tag >> 1).cause;
                consumer.run(region.pid, region.lkey, from << Pages.SHIFT, to - from, verdict, cause);
            });
        }
    }

    @Override
    public String hostName() {
        return recording.hostName();
    }
}
