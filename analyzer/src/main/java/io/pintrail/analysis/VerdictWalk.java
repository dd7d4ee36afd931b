// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.state.FrameCode;
import io.pintrail.analysis.state.PageRuns;
import io.pintrail.analysis.state.PageSet;

/**
 * Goes through the pages of a region in runs of one verdict. The rules are those of docs/verdicts.md, in this order.
 */
final class VerdictWalk {
    private final Recording recording;
    private final boolean pastExit;

    /** Receives runs. */
    @FunctionalInterface
    interface Segment {
        /**
         * @param code what the pages map; {@link FrameCode#PINNED} also where the verdict is UNKNOWN or ODP
         * @param tag as in {@link PageStates}
         */
        void at(long from, long to, Verdict verdict, UnknownReason reason, long code, int tag);
    }

    VerdictWalk(Recording recording) {
        this(recording, true);
    }

    private VerdictWalk(Recording recording, boolean pastExit) {
        this.recording = recording;
        this.pastExit = pastExit;
    }

    /** Where the address space has ended: as things were just before. */
    static VerdictWalk beforeExit(Recording recording) {
        return new VerdictWalk(recording, false);
    }

    void walk(Region region, Umem umem, Segment out) {
        if (region.onDemand()) {
            out.at(region.firstPage(), region.endPage(), Verdict.ODP, UnknownReason.NONE, FrameCode.PINNED, 0);
        } else if (umem == null || umem.pages == null) {
            UnknownReason reason = umem != null && umem.tooLarge()
                    ? UnknownReason.TOO_LARGE
                    : notSeen(region.found() && umem == null, region.beginTime);
            out.at(region.firstPage(), region.endPage(), Verdict.UNKNOWN, reason, FrameCode.PINNED, 0);
        } else if (region.snapshot()) {
            pages(umem, umem.firstPage, umem.endPage, asSnapshot(out));
        } else {
            pages(umem, umem.firstPage, umem.endPage, out);
        }
    }

    /** Whatever has become of the page: that is as it should be. Of an unknown one the reason stays. */
    private static Segment asSnapshot(Segment out) {
        return (from, to, verdict, reason, code, tag) -> out.at(from, to, Verdict.SNAPSHOT, reason, code, tag);
    }

    /** Pages {@code from} … {@code to} − 1 of a block that is followed page by page. */
    void pages(Umem umem, long from, long to, Segment out) {
        PageStates states = umem.pages;
        PageRuns.Cursor run = states.observations();
        for (run.over(from, to); run.next(); ) {
            for (long page = run.from; page < run.to; ) {
                long stop = states.doubts().stretch(page, states.frames().stretch(page, run.to));
                long doubted = states.doubts().since(page, stop);
                if (!states.frames().isPinned(page)) {
                    out.at(
                            page,
                            stop,
                            Verdict.UNKNOWN,
                            notSeen(states.pinnedBefore(), umem.beginTime),
                            FrameCode.PINNED,
                            0);
                } else if (run.present) {
                    observed(umem, page, stop, doubted, run, out);
                } else {
                    sincePin(umem, page, stop, doubted, out);
                }
                page = stop;
            }
        }
    }

    private void observed(Umem umem, long from, long to, long doubted, PageRuns.Cursor run, Segment out) {
        UnknownReason doubt = doubt(run.x, doubted);
        if (pastExit && umem.space.ended()) {
            out.at(from, to, Verdict.DETACHED, UnknownReason.NONE, FrameCode.NOTHING, run.tag);
        } else if (doubt != UnknownReason.NONE) {
            out.at(from, to, Verdict.UNKNOWN, doubt, FrameCode.PINNED, run.tag);
        } else if (run.tag == 0) {
            pinnedFrame(umem.pages, from, to, out);
        } else {
            Verdict verdict = FrameCode.isFrame(run.y) ? Verdict.STALE : Verdict.DETACHED;
            out.at(from, to, verdict, UnknownReason.NONE, run.y, run.tag);
        }
    }

    private void sincePin(Umem umem, long from, long to, long doubted, Segment out) {
        PageStates states = umem.pages;
        if (pastExit && umem.space.ended()) {
            out.at(from, to, Verdict.DETACHED, UnknownReason.NONE, FrameCode.NOTHING, 0);
            return;
        }
        if (states.pinnedBefore()) {
            UnknownReason unseen = notSeen(true, umem.beginTime);
            out.at(from, to, Verdict.UNKNOWN, unseen, FrameCode.PINNED, 0);
            return;
        }
        boolean onePinTime = doubt(states.times().earliest(), doubted) == UnknownReason.NONE;
        for (long page = from; page < to; ) {
            long stop = onePinTime ? to : states.times().stretch(page, to);
            UnknownReason doubt =
                    onePinTime ? UnknownReason.NONE : doubt(states.times().at(page), doubted);
            if (doubt == UnknownReason.NONE) {
                pinnedFrame(states, page, stop, out);
            } else {
                out.at(page, stop, Verdict.UNKNOWN, doubt, FrameCode.PINNED, 0);
            }
            page = stop;
        }
    }

    private static void pinnedFrame(PageStates states, long from, long to, Segment out) {
        PageSet zero = states.zeroPages();
        for (long page = from; page < to; ) {
            long stop = zero == null ? to : zero.stretch(page, to);
            Verdict verdict = zero != null && zero.contains(page) ? Verdict.ZERO : Verdict.OK;
            out.at(page, stop, verdict, UnknownReason.NONE, FrameCode.PINNED, 0);
            page = stop;
        }
    }

    private UnknownReason notSeen(boolean before, long since) {
        UnknownReason loss = recording.losses().doubt(since);
        if (loss != UnknownReason.NONE) {
            return loss;
        }
        return before ? UnknownReason.REGISTERED_BEFORE : UnknownReason.PIN_NOT_SEEN;
    }

    /** @param doubted since when the page is in doubt, or {@link Doubts#NEVER} */
    private UnknownReason doubt(long knownAt, long doubted) {
        UnknownReason loss = recording.losses().doubt(knownAt);
        return loss == UnknownReason.NONE && knownAt < doubted ? UnknownReason.NOT_OBSERVED : loss;
    }
}
