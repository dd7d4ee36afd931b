// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.Notice.Kind;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.LongArrayList;

/**
 * What the trace of one recording lacks. After a loss nothing that was known before its end can be relied on; what is
 * observed later can.
 */
final class Losses {
    /** A cut trace has no later event that could heal anything. */
    static final long FOREVER = Long.MAX_VALUE;

    private static final int MAX_NOTICES = 100;

    private final int host;
    private final List<Notice> notices = new ArrayList<>();
    /** Start and end of each loss. */
    private final LongArrayList spans = new LongArrayList();

    /** End of the last loss of those that count at the moment looked at. */
    private long unknownTo = Long.MIN_VALUE;

    private boolean cut;
    private boolean probeMissing;
    private long lostEvents;
    /** Accesses may be among them. A clock that went back counts as well: it leaves open what came after what. */
    private final LostSpans events = new LostSpans();

    /** Accesses of which nothing but their number is known. */
    private final LostSpans accesses = new LostSpans();

    private long usesVersion;
    private long lostAccesses;
    private long firstLostAccess;
    private long gaps;
    private long omitted;

    Losses(int host) {
        this.host = host;
    }

    /** The recorder lost events on a processor, the last of them at {@code time} at the latest. */
    void lost(long time, int cpu, long count, long sinceNs) {
        long from = begin(time, sinceNs);
        lostEvents += count;
        span(from, time);
        notice(
                Kind.LOSS,
                from,
                count + " events lost on CPU " + cpu
                        + ": pages of regions that lived then are UNKNOWN until seen again");
    }

    /** Accesses of the device are not in the trace; what pages map is not concerned. */
    void accessesLost(long time, long count, long sinceNs) {
        if (count == 0) {
            return;
        }
        long from = begin(time, sinceNs);
        accesses.add(from, time, count);
        usesVersion++;
        firstLostAccess = lostAccesses == 0 ? from : Math.min(firstLostAccess, from);
        lostAccesses = LostSpans.sum(lostAccesses, count);
    }

    private static long begin(long time, long sinceNs) {
        boolean sinceEver = sinceNs < 0 || sinceNs > time;
        return sinceEver ? 0 : time - sinceNs;
    }

    /** Batches are missing or damaged between two times. */
    void gap(long from, long to, long first, long count) {
        gaps += count;
        span(from, to);
        String batches =
                count == 1 ? "Batch " + first + " is" : "Batches " + first + " to " + (first + count - 1) + " are";
        notice(
                Kind.GAP,
                from,
                batches + " missing or damaged: pages of regions that lived then are UNKNOWN until seen again");
    }

    /** The last batch of the recording is missing: that concerns what is said of its end only. */
    void cut(long from) {
        gaps++;
        cut = true;
        events.add(from + 1, FOREVER, 1);
        notice(Kind.GAP, from, "The trace ends without its last batch: what lives at the end is UNKNOWN");
    }

    /** Which of two events was first their times do not tell any more, until the clock is where it was. */
    void clockWentBack(long from, long to) {
        if (unknownTo < to) {
            span(from, to);
            notice(
                    Kind.LOSS,
                    from,
                    "The clock went back by " + (to - from) / 1_000_000_000
                            + " s: pages are UNKNOWN until seen again when it is where it was");
        }
    }

    private void span(long from, long to) {
        spans.addLong(from);
        spans.addLong(to);
        events.add(from, to, 1);
        usesVersion++;
        unknownTo = Math.max(unknownTo, to);
    }

    /** Looks at a moment in the past: losses that began later do not count until {@link #asOfNow()}. */
    void asOf(long time) {
        unknownTo = Long.MIN_VALUE;
        for (int i = 0; i < spans.size(); i += 2) {
            if (spans.getLong(i) <= time) {
                unknownTo = Math.max(unknownTo, spans.getLong(i + 1));
            }
        }
    }

    void asOfNow() {
        asOf(FOREVER);
    }

    /** Looks at the end of the recording, for good. */
    void asOfEnd() {
        asOfNow();
        unknownTo = cut ? FOREVER : unknownTo;
    }

    /** A probe that page states depend on is not attached. */
    void probeMissing(long time, String event, String function) {
        probeMissing = true;
        notice(
                Kind.PROBE_MISSING,
                time,
                "The recorder could not attach " + event + " (" + function + "): all pages are UNKNOWN at all marks");
    }

    /** Why something known at that time does not hold now. */
    UnknownReason doubt(long knownAt) {
        if (knownAt > unknownTo) {
            return probeMissing ? UnknownReason.PROBE_MISSING : UnknownReason.NONE;
        }
        return unknownTo == FOREVER ? UnknownReason.TRACE_CUT : UnknownReason.EVENTS_LOST;
    }

    /** What the trace lacks of uses by the device between two times, both included. */
    LostUses uses(long from, long to) {
        long missing = accesses.within(from, to);
        boolean any = events.within(from, to) > 0;
        return missing == 0 && !any ? LostUses.NONE : new LostUses(missing, any);
    }

    /** Differs whenever {@link #uses} may say something else of the past. */
    long usesVersion() {
        return usesVersion;
    }

    boolean lostAnything() {
        return lostEvents > 0 || gaps > 0;
    }

    /** Whether something that happened after that time is not in the trace. */
    boolean lostSince(long time) {
        return unknownTo > time;
    }

    long lostEvents() {
        return lostEvents;
    }

    long gaps() {
        return gaps;
    }

    void notice(Kind kind, long at, String text) {
        if (notices.size() < MAX_NOTICES) {
            notices.add(new Notice(kind, host, at, text));
        } else {
            omitted++;
        }
    }

    List<Notice> notices(long now) {
        List<Notice> all = new ArrayList<>(notices);
        if (lostAccesses > 0) {
            all.add(new Notice(
                    Kind.ACCESSES_LOST,
                    host,
                    firstLostAccess,
                    lostAccesses + (lostAccesses == 1 ? " access of the device is" : " accesses of the device are")
                            + " not in the trace: uses that findings tell of may not be all;"
                            + " page states are not concerned"));
        }
        if (omitted > 0) {
            all.add(new Notice(Kind.OMITTED, host, now, omitted + " further notices of this host are left out"));
        }
        return all;
    }
}
