// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.state.FrameCode;

/**
 * Finds what broke a page: an announced removal since the page was last in order, else what the recorder says made it
 * look again; for copies also what write-protected the page.
 */
final class Causes {
    static final int MAP_FAULT = 1;
    static final int MAP_ZAP = 2;
    static final int MAP_PIN = 9;
    /** Not in the trace: the end of the address space. */
    static final int SPACE_ENDED = -1;
    /** Not in the trace: a pagemap snapshot. */
    static final int SNAPSHOT = -2;

    /** Detail of an unmap intent, beside the reason. */
    static final int PRIVATE_COPIES_STAY = 0x100;
    /** Detail of a protect intent. */
    static final int BY_USERFAULTFD = 1;

    private static final int REASON_MASK = 0xff;

    private final Recording recording;
    private Space space;

    Causes(Recording recording) {
        this.recording = recording;
    }

    /** The address space of the pages to come. */
    void in(Space current) {
        space = current;
    }

    int open(
            PageStates states,
            long page,
            long okSince,
            long code,
            long time,
            int mapCause,
            int pid,
            int tid,
            long call) {
        if (okSince == Divergence.NEVER) {
            return episode(states, Cause.EARLIER, time, 0, 0, 0, -1);
        }
        int removal = space.intents().find(Intents.UNMAP | Intents.MOVE, page, okSince, time);
        if (removal >= 0 && !spares(removal, states, page)) {
            Intents why = space.intents();
            Cause cause = why.kind(removal) == Intents.MOVE ? Cause.MOVE : ofUnmap(why.detail(removal) & REASON_MASK);
            return episode(states, cause, time, why.pid(removal), why.tid(removal), why.call(removal), -1);
        }
        Cause cause = ofMap(mapCause, code, call);
        if (leavesShared(states, page, code, cause) && !inDoubt(states, page, okSince)) {
            return episode(states, Cause.PIN, time, pid, tid, call, -1);
        }
        int protection = -1;
        if (cause == Cause.COW) {
            protection = space.intents().find(Intents.PROTECT | Intents.FORK, page, Long.MIN_VALUE, time);
            if (protection >= 0 && space.intents().kind(protection) == Intents.FORK) {
                cause = Cause.FORK;
            }
        }
        if ((cause == Cause.COW || cause == Cause.FORK) && inDoubt(states, page, okSince)) {
            cause = Cause.OTHER;
        }
        return episode(states, cause, time, pid, tid, call, protection);
    }

    /**
     * Nothing but a store replaces a zero page: the copy may have been given back before its kind was asked for, and of
     * the huge one 5.10 makes small ones first (cause 0).
     */
    private static boolean leavesShared(PageStates states, long page, long code, Cause cause) {
        if (states.pinsZero(page)) {
            return FrameCode.isFrame(code) && (cause == Cause.COW || cause == Cause.OTHER);
        }
        return cause == Cause.COW && FrameCode.isAnonymous(code) && states.pinsShared(page);
    }

    /** What was known before a loss or a doubt does not exclude that another event came first. */
    private boolean inDoubt(PageStates states, long page, long okSince) {
        return states.doubted(page, okSince) || recording.losses().doubt(okSince) != UnknownReason.NONE;
    }

    private boolean spares(int removal, PageStates states, long page) {
        return (space.intents().detail(removal) & PRIVATE_COPIES_STAY) != 0
                && space.intents().kind(removal) == Intents.UNMAP
                && states.mapsAnonymous(page);
    }

    private int episode(PageStates states, Cause cause, long time, int pid, int tid, long call, int protection) {
        Episodes episodes = states.episodes();
        Intents intents = space.intents();
        long protectedAt = protection < 0 ? 0 : intents.time(protection);
        int known = episodes.recent(cause, pid, tid, recording.systemCall(call), protectedAt, time);
        if (known != 0) {
            return known;
        }
        Episode.Protection how = protection < 0 ? null : protection(intents, protection);
        return episodes.add(new Episode(cause, time, recording.actor(pid, tid, call), how));
    }

    private Episode.Protection protection(Intents intents, int slot) {
        boolean userfaultfd = intents.detail(slot) == BY_USERFAULTFD;
        Actor who = recording.actor(intents.pid(slot), intents.tid(slot), intents.call(slot));
        return new Episode.Protection(intents.time(slot), intents.kind(slot), userfaultfd, who);
    }

    private static Cause ofUnmap(int reason) {
        return switch (reason) {
            case 3 -> Cause.FILE;
            case 4 -> Cause.EXIT;
            case 5 -> Cause.MOVE;
            default -> Cause.UNMAP;
        };
    }

    private Cause ofMap(int mapCause, long code, long call) {
        return switch (mapCause) {
            case MAP_FAULT, MAP_PIN -> FrameCode.isFrame(code) ? Cause.COW : Cause.OTHER;
            case MAP_ZAP -> ofCall(call);
            case 3 -> Cause.MOVE;
            case 4 -> Cause.RECLAIM;
            case 5 -> Cause.MIGRATION;
            case 6 -> Cause.USERFAULTFD;
            case 7 -> Cause.COLLAPSE;
            case 8 -> Cause.KSM;
            case 10 -> Cause.UNMAP;
            case 11 -> Cause.FORK;
            case SPACE_ENDED -> Cause.EXIT;
            default -> Cause.OTHER;
        };
    }

    /** A zap whose announcement is not in the trace, by the system call it happened in. */
    private Cause ofCall(long call) {
        if (recording.systemCall(call) == 0 || !recording.calls.knows(call)) {
            return Cause.UNMAP;
        }
        return switch (recording.calls.number(call)) {
            case 25 -> Cause.MOVE;
            case 76, 77, 285 -> Cause.FILE;
            case 59, 60, 231 -> Cause.EXIT;
            default -> Cause.UNMAP;
        };
    }
}
