// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.state.FrameCode;
import io.pintrail.analysis.state.IntervalIndex;

/** What happens to the page tables of one recording's address spaces, applied to the pinned blocks it concerns. */
final class PageTables implements Divergence {
    /** UNMAP flags of the trace format. */
    private static final int TAKE_AS_UNMAPPED = 1;

    private static final int PRIVATE_COPIES_STAY = 2;

    private static final long VM_WRITE = 2;
    private static final long UFFD_WRITE_PROTECTED = 1L << 63;

    private final Recording recording;
    private final Causes causes;
    private final IntervalIndex.Matches<Umem> blocks = new IntervalIndex.Matches<>();
    private Space cached = new Space(0);

    /** The event being applied. */
    private long time;

    private int pid;
    private int tid;
    private int mapCause;
    private long call;

    PageTables(Recording recording) {
        this.recording = recording;
        causes = new Causes(recording);
    }

    /** The address space if anything is pinned in it, else null. */
    private Space pinnedSpace(int asid) {
        Space space = cached;
        if (space.asid != asid) {
            space = recording.spaces.get(asid);
            if (space == null) {
                return null;
            }
            cached = space;
        }
        return space.blocks.size() == 0 ? null : space;
    }

    void forget(int asid) {
        if (cached.asid == asid) {
            cached = new Space(0);
        }
        recording.spaces.remove(asid);
    }

    void map(
            long at,
            int byPid,
            int byTid,
            int asid,
            int cause,
            long inCall,
            long page,
            long pages,
            long pfn,
            int step,
            int kind) {
        Space space = pinnedSpace(asid);
        if (space == null || pages <= 0) {
            return;
        }
        space.blocks.find(page, page + pages, blocks);
        if (blocks.count() == 0) {
            return;
        }
        event(at, byPid, byTid, cause, inCall);
        causes.in(space);
        long code = FrameCode.of(page, pfn, step, PageKind.anonymous(kind));
        for (int i = 0; i < blocks.count(); i++) {
            observe(blocks.get(i), page, page + pages, code);
        }
    }

    /**
     * What a pin returned is what the pages map, for every other region over them too. Until 6.4 GUP faulted hugetlb
     * pages in without handle_mm_fault(), so that nothing else in the trace says so.
     */
    void seenByPin(Umem pinned, long from, long to, long pfn, int step, int kind) {
        if (pinned.space.blocks.size() < 2) {
            return;
        }
        pinned.space.blocks.find(from, to, blocks);
        long code = FrameCode.of(from, pfn, step, PageKind.anonymous(kind));
        for (int i = 0; i < blocks.count(); i++) {
            if (blocks.get(i) != pinned) {
                observe(blocks.get(i), from, to, code);
            }
        }
    }

    private void observe(Umem block, long from, long to, long code) {
        if (block.pages != null) {
            block.pages.observe(time, Math.max(from, block.firstPage), Math.min(to, block.endPage), code, this);
        }
    }

    void unmap(long at, int byPid, int byTid, int asid, int reason, int flags, long inCall, long page, long pages) {
        Space space = pinnedSpace(asid);
        if (space == null || pages <= 0) {
            return;
        }
        space.blocks.find(page, page + pages, blocks);
        if (blocks.count() == 0) {
            return;
        }
        boolean privateStay = (flags & PRIVATE_COPIES_STAY) != 0;
        int detail = privateStay ? reason | Causes.PRIVATE_COPIES_STAY : reason;
        space.intents().add(at, Intents.UNMAP, detail, page, page + pages, inCall, byPid, byTid);
        if ((flags & TAKE_AS_UNMAPPED) == 0) {
            return;
        }
        event(at, byPid, byTid, Causes.MAP_ZAP, inCall);
        causes.in(space);
        for (int i = 0; i < blocks.count(); i++) {
            Umem block = blocks.get(i);
            if (privateStay && block.pages != null) {
                unmapShared(block.pages, Math.max(page, block.firstPage), Math.min(page + pages, block.endPage));
            } else {
                observe(block, page, page + pages, FrameCode.NOTHING);
            }
        }
    }

    /** Nobody knows what these pages map from now on, until they are observed again. */
    void doubt(long at, int asid, long page, long pages) {
        Space space = pinnedSpace(asid);
        if (space == null || pages <= 0) {
            return;
        }
        space.blocks.find(page, page + pages, blocks);
        for (int i = 0; i < blocks.count(); i++) {
            Umem block = blocks.get(i);
            if (block.pages != null) {
                block.pages.doubt(at, Math.max(page, block.firstPage), Math.min(page + pages, block.endPage));
            }
        }
    }

    private void unmapShared(PageStates states, long from, long to) {
        long start = from;
        for (long page = from; page < to; page++) {
            if (mayBeAnonymous(states, page)) {
                if (start < page) {
                    states.observe(time, start, page, FrameCode.NOTHING, this);
                }
                start = page + 1;
            }
        }
        if (start < to) {
            states.observe(time, start, to, FrameCode.NOTHING, this);
        }
    }

    /** Whether the page now maps an anonymous frame, or nobody knows. */
    private boolean mayBeAnonymous(PageStates states, long page) {
        boolean settled = states.doubts().isEmpty() && !recording.losses().lostAnything();
        long knownAt = settled ? time : states.knownAt(page);
        return states.mapsAnonymous(page)
                || states.unseen(page)
                || !settled
                        && (states.doubted(page, knownAt) || recording.losses().doubt(knownAt) != UnknownReason.NONE);
    }

    void move(long at, int byPid, int byTid, int asid, long inCall, long oldPage, long newPage, long pages) {
        Space space = pinnedSpace(asid);
        if (space != null && pages > 0) {
            intent(space, at, Intents.MOVE, 0, oldPage, pages, inCall, byPid, byTid);
            intent(space, at, Intents.MOVE, 0, newPage, pages, inCall, byPid, byTid);
        }
    }

    void protect(long at, int byPid, int byTid, int asid, long inCall, long page, long pages, long vmFlags) {
        boolean uffd = (vmFlags & UFFD_WRITE_PROTECTED) != 0;
        if (!uffd && (vmFlags & VM_WRITE) != 0) {
            return;
        }
        Space space = pinnedSpace(asid);
        if (space != null && pages > 0) {
            int how = uffd ? Causes.BY_USERFAULTFD : 0;
            intent(space, at, Intents.PROTECT, how, page, pages, inCall, byPid, byTid);
        }
    }

    void forkCopy(long at, int byPid, int byTid, int parentAsid, long inCall, long page, long pages) {
        Space space = pinnedSpace(parentAsid);
        if (space != null && pages > 0) {
            intent(space, at, Intents.FORK, 0, page, pages, inCall, byPid, byTid);
        }
    }

    private void intent(
            Space space, long at, int kind, int detail, long page, long pages, long inCall, int byPid, int byTid) {
        space.blocks.find(page, page + pages, blocks);
        if (blocks.count() > 0) {
            space.intents().add(at, kind, detail, page, page + pages, inCall, byPid, byTid);
        }
    }

    void spaceEnd(int byPid, int byTid, int asid, long inCall) {
        Space space = recording.spaces.get(asid);
        if (space == null) {
            return;
        }
        space.end(byPid, byTid, inCall);
        if (space.blocks.size() == 0) {
            forget(asid);
        }
    }

    /** Sets the event on whose behalf pages diverge next. */
    void event(long at, int byPid, int byTid, int cause, long inCall) {
        time = at;
        pid = byPid;
        tid = byTid;
        mapCause = cause;
        call = inCall;
    }

    /** As {@link #event}, with the address space in which to look for reasons. */
    void event(long at, int byPid, int byTid, int cause, Space space) {
        event(at, byPid, byTid, cause, 0);
        causes.in(space);
    }

    /** The end of an address space is the reason. */
    void ended(long at, Space space) {
        event(at, space.endedByPid(), space.endedByTid(), Causes.SPACE_ENDED, space.endedIn());
        causes.in(space);
    }

    @Override
    public int open(PageStates states, long page, long okSince, long code) {
        return causes.open(states, page, okSince, code, time, mapCause, pid, tid, call);
    }
}
