// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.state.FrameCode;
import io.pintrail.analysis.state.PageRuns;
import io.pintrail.analysis.state.PageSet;
import io.pintrail.analysis.state.PinTimes;
import io.pintrail.analysis.state.PinnedFrames;
import java.util.ArrayList;
import java.util.List;

/**
 * What the pages of one pinned block map. Kept is only what differs from "maps the pinned frame since the pin": runs of
 * observations with x = time, y = {@link FrameCode}, tag = 0 or episode number · 2 + 1 if the page was ever stale in
 * it. For one page the observation with the latest time wins (docs/trace-format.md, section 3).
 */
final class PageStates {
    /** Beyond this many, healed pages are only counted. */
    private static final int MAX_HEALED = 10_000;

    /** In place of a time: since the page was pinned. */
    private static final long SINCE_PIN = Long.MIN_VALUE;

    /** Pinned before the recording began: that a page is pinned does not say that it is mapped. */
    private final boolean pinnedBefore;

    private final long first;
    private final long end;
    private final PinnedFrames frames;
    private final PinTimes times = new PinTimes();
    private final PageRuns seen;
    private final PageRuns.Cursor cursor;
    private final Episodes episodes = new Episodes();
    private final PageUse use;
    private final PageRuns.Cursor useCursor;
    private final Doubts doubts;
    private final List<HealedPages> healed = new ArrayList<>(0);
    private PageSet healedStale;
    private PageSet zeroPages;
    private long diverged;
    private long returned;
    private long healedOmitted;
    private long changes;

    /**
     * For pages {@code first} … {@code end} − 1.
     *
     * @param pinnedBefore pins tell of the past: what the pages map is known only once they have been observed
     */
    PageStates(long first, long end, boolean pinnedBefore) {
        this.pinnedBefore = pinnedBefore;
        this.first = first;
        this.end = end;
        frames = new PinnedFrames(first, end);
        seen = new PageRuns(first, end);
        cursor = seen.cursor();
        use = new PageUse(first, end);
        useCursor = use.cursor();
        doubts = new Doubts(first, end);
    }

    boolean pinnedBefore() {
        return pinnedBefore;
    }

    long first() {
        return first;
    }

    long end() {
        return end;
    }

    PinnedFrames frames() {
        return frames;
    }

    PinTimes times() {
        return times;
    }

    Episodes episodes() {
        return episodes;
    }

    PageUse use() {
        return use;
    }

    Doubts doubts() {
        return doubts;
    }

    /** A new walk over the observations. */
    PageRuns.Cursor observations() {
        return seen.cursor();
    }

    List<HealedPages> healed() {
        return healed;
    }

    /** Pages that are healed but were stale and used; null if there are none. */
    PageSet healedStale() {
        return healedStale;
    }

    /** Pinned pages whose frame is the zero page; null if there are none. */
    PageSet zeroPages() {
        return zeroPages;
    }

    /** Whether there may be anything to find: pages that diverged or did, or zero pages. */
    boolean suspicious() {
        return diverged > 0 || !healed.isEmpty() || zeroPages != null;
    }

    /** Pages that left their frame and came back without harm. */
    long returned() {
        return returned;
    }

    long healedOmitted() {
        return healedOmitted;
    }

    /** Grows whenever something is learnt of the pages. */
    long changes() {
        return changes;
    }

    /** A pin call returned these frames for pages {@code from} … {@code to} − 1, all within the block. */
    void pin(long time, long from, long to, long pfn, int step, int kind, boolean zero, Divergence divergence) {
        changes++;
        frames.pin(from, to, pfn, step, kind);
        times.put(from, to, time);
        if (zero) {
            zeroPages = zeroPages == null ? new PageSet() : zeroPages;
            zeroPages.add(from, to);
        }
        if (!seen.isEmpty()) {
            forgetOlder(time, from, to, divergence);
        }
    }

    /**
     * Observations before the pin say nothing any more (unless it was made long before it was told); later ones that
     * came early in the stream now have a meaning.
     */
    private void forgetOlder(long time, long from, long to, Divergence divergence) {
        PageRuns.Cursor run = seen.cursor();
        for (long page = from; page < to; page = run.to) {
            run.over(page, to).next();
            if (!run.present) {
                continue;
            }
            if (run.tag != 0) {
                heal(run.from, run.to, run.tag, time);
            }
            seen.clear(run.from, run.to);
            if (run.x > time || pinnedBefore) {
                observe(run.x, run.from, run.to, run.y, divergence);
            }
        }
    }

    /** At {@code time} the pages {@code from} … {@code to} − 1, all within the block, were seen to map {@code code}. */
    void observe(long time, long from, long to, long code, Divergence divergence) {
        boolean afterPins = pinnedBefore || time >= times.latest();
        for (long page = from; page < to; ) {
            cursor.over(page, to).next();
            long stop = cursor.to;
            if (cursor.present) {
                if (cursor.x <= time) {
                    supersede(time, page, stop, code, cursor.x, cursor.tag, divergence);
                }
            } else if (afterPins) {
                supersede(time, page, stop, code, SINCE_PIN, 0, divergence);
            } else {
                stop = times.stretch(page, stop);
                if (times.at(page) <= time || !frames.isPinned(page)) {
                    supersede(time, page, stop, code, SINCE_PIN, 0, divergence);
                }
            }
            page = stop;
        }
    }

    private void supersede(long time, long from, long to, long code, long knownAt, int oldTag, Divergence divergence) {
        changes++;
        for (long page = from; page < to; ) {
            long stop = frames.stretch(page, to);
            if (!frames.isPinned(page)) {
                seen.put(page, stop, time, code, 0);
            } else {
                stop = frames.matchStretch(page, stop, code);
                if (frames.matches(page, code)) {
                    if (oldTag != 0) {
                        heal(page, stop, oldTag, time);
                    }
                    seen.put(page, stop, time, FrameCode.PINNED, 0);
                } else {
                    diverge(time, page, stop, code, knownAt, oldTag, divergence);
                }
            }
            page = stop;
        }
    }

    private void diverge(long time, long from, long to, long code, long knownAt, int oldTag, Divergence divergence) {
        int tag = oldTag;
        if (tag == 0) {
            int number = divergence.open(this, from, knownAt == SINCE_PIN ? pinnedAt(from) : knownAt, code);
            episodes.opened(number, to - from, time);
            diverged += to - from;
            tag = number << 1;
        }
        seen.put(from, to, time, code, FrameCode.isFrame(code) ? tag | 1 : tag);
    }

    private long pinnedAt(long page) {
        return pinnedBefore ? Divergence.NEVER : times.at(page);
    }

    private void heal(long from, long to, int tag, long time) {
        Episode episode = episodes.get(tag >> 1);
        boolean stale = (tag & 1) != 0;
        long wrong = 0;
        if (stale && !use.isEmpty()) {
            for (useCursor.over(from, to); useCursor.next(); ) {
                if (useCursor.present) {
                    wrong += useCursor.to - useCursor.from;
                    keepHealed(episode, time);
                }
            }
        }
        use.clear(from, to);
        returned += to - from - wrong;
        diverged -= to - from;
        episodes.closed(tag >> 1, to - from);
    }

    private void keepHealed(Episode episode, long time) {
        long pages = useCursor.to - useCursor.from;
        healedStale = healedStale == null ? new PageSet() : healedStale;
        healedStale.add(useCursor.from, useCursor.to);
        if (healed.size() == MAX_HEALED) {
            healedOmitted++;
            return;
        }
        long reads = (useCursor.x >>> 32) * pages;
        long writes = (useCursor.x & 0xffff_ffffL) * pages;
        long bytes = useCursor.y * pages;
        healed.add(new HealedPages(useCursor.from, useCursor.to, episode, useCursor.tag, reads, writes, bytes, time));
    }

    /** The device used bytes {@code firstByte} … {@code endByte} − 1 (user addresses), all within the block. */
    void access(long time, long firstByte, long endByte, boolean write) {
        long stop = (endByte - 1 >>> 12) + 1;
        if (diverged == 0 || !seen.anyTag(firstByte >>> 12, stop)) {
            return;
        }
        boolean counted = false;
        for (cursor.over(firstByte >>> 12, stop); cursor.next(); ) {
            if (!cursor.present || cursor.tag == 0) {
                continue;
            }
            Episode episode = episodes.get(cursor.tag >> 1);
            if (time >= episode.at) {
                use.add(cursor.from, cursor.to, write, !counted, firstByte, endByte);
                counted = true;
                episode.used(time);
            }
        }
    }

    /** Opens an episode for pages of an ended address space that the device still uses. */
    void detachUsed(long time, long from, long to, Divergence divergence) {
        for (long page = from; page < to; ) {
            cursor.over(page, to).next();
            long stop = cursor.to;
            if (!cursor.present || cursor.tag == 0) {
                supersede(time, page, stop, FrameCode.NOTHING, time, 0, divergence);
            }
            page = stop;
        }
    }

    /** From {@code time} on it is not known what the pages map, until they are observed at that time or later. */
    void doubt(long time, long from, long to) {
        changes++;
        doubts.add(time, from, to);
    }

    /** Whether the page has come into doubt since it was known at {@code knownAt}. */
    boolean doubted(long page, long knownAt) {
        return doubts.since(page, page + 1) > knownAt;
    }

    /** When the page was observed last: a time, or that of its pin. */
    long knownAt(long page) {
        cursor.over(page, page + 1).next();
        return cursor.present ? cursor.x : times.at(page);
    }

    /** Whether nothing is known of what the page maps: it was pinned before the recording and not seen since. */
    boolean unseen(long page) {
        if (pinnedBefore) {
            cursor.over(page, page + 1).next();
        }
        return pinnedBefore && !cursor.present;
    }

    /** Whether the page now maps an anonymous frame, as far as known. */
    boolean mapsAnonymous(long page) {
        cursor.over(page, page + 1).next();
        if (cursor.present && cursor.y != FrameCode.PINNED) {
            return FrameCode.isFrame(cursor.y) && FrameCode.isAnonymous(cursor.y);
        }
        return frames.isPinned(page) && PageKind.anonymous(frames.kind(page));
    }

    /**
     * Whether the pin took a page of which a private mapping makes a copy at the first store: zero page, page cache.
     */
    boolean pinsZero(long page) {
        return frames.isPinned(page) && PageKind.of(frames.kind(page)).zero();
    }

    boolean pinsShared(long page) {
        return frames.isPinned(page) && PageKind.of(frames.kind(page)).shared();
    }
}
