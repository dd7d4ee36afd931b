// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.state.PageSet;
import io.pintrail.analysis.state.PinnedFrames;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** What became of a region's pages by the time they were released, or by the end. */
record BlockResult(
        Map<Verdict, Long> atEnd,
        Map<Verdict, Long> worst,
        UnknownReason unknownReason,
        PageMap pageMap,
        RegionSummary.Provenance provenance,
        RegionSummary.Contiguity contiguity,
        long faultNs,
        long pinNs,
        long faults,
        long pinCalls,
        long overlapPages,
        int overlapRegions) {

    /** For a healthy region beyond those that are listed. */
    static final BlockResult NOT_LISTED = new BlockResult(
            Map.of(),
            Map.of(),
            UnknownReason.NONE,
            PageMap.EMPTY,
            new RegionSummary.Provenance(0, 0, 0, 0, 0, 0, 0, 0, Map.of()),
            new RegionSummary.Contiguity(0, 0, 0),
            0,
            0,
            0,
            0,
            0,
            0);

    static BlockResult of(Recording recording, Region region, Umem umem) {
        PinStats pins = umem == null ? new PinStats() : umem.pins;
        boolean before = umem != null && umem.pages != null && umem.pages.pinnedBefore();
        Tally tally = new Tally(region, umem);
        VerdictWalk.beforeExit(recording).walk(region, umem, tally);
        Map<Verdict, Long> atEnd = counts(tally.atEnd);
        return new BlockResult(
                atEnd,
                Arrays.equals(tally.atEnd, tally.worst) ? atEnd : counts(tally.worst),
                tally.reason,
                tally.map.build(),
                provenance(pins, before),
                new RegionSummary.Contiguity(pins.segments, pins.largestSegment, hugePages(umem)),
                pins.faultNs,
                pins.pinNs,
                pins.faults,
                before ? 0 : pins.calls,
                umem == null ? 0 : umem.overlapPages,
                umem == null ? 0 : umem.overlapRegions);
    }

    private static final class Tally implements VerdictWalk.Segment {
        final long[] atEnd = new long[Verdict.values().length];
        final long[] worst = new long[Verdict.values().length];
        final PageMapBuilder map;
        UnknownReason reason = UnknownReason.NONE;

        private final PageStates states;
        private final PageSet healed;

        Tally(Region region, Umem umem) {
            states = umem == null ? null : umem.pages;
            healed = states == null ? null : states.healedStale();
            long first = states == null ? region.firstPage() : states.first();
            long end = states == null ? region.endPage() : states.end();
            map = new PageMapBuilder(first, end);
        }

        @Override
        public void at(long from, long to, Verdict verdict, UnknownReason why, long code, int tag) {
            if (why != UnknownReason.NONE && (reason == UnknownReason.NONE || why.compareTo(reason) < 0)) {
                reason = why;
            }
            Verdict open = tag == 0 ? verdict : verdict.worse((tag & 1) != 0 ? Verdict.STALE : Verdict.DETACHED);
            Episode episode = tag == 0 ? null : states.episodes().get(tag >> 1);
            if (episode != null && episode.cause == Cause.EXIT) {
                open = verdict;
            }
            for (long page = from; page < to; ) {
                long stop = healed == null ? to : healed.stretch(page, to);
                Verdict worstHere = healed != null && healed.contains(page) ? Verdict.STALE : open;
                atEnd[verdict.ordinal()] += stop - page;
                worst[worstHere.ordinal()] += stop - page;
                boolean pinned = states != null && states.frames().isPinned(page);
                long pfn = pinned ? states.frames().pfn(page) : -1;
                map.add(page, stop, verdict, worstHere, episode == null ? Cause.NONE : episode.cause, pfn);
                page = stop;
            }
        }
    }

    private static long hugePages(Umem umem) {
        if (umem == null || umem.pages == null) {
            return 0;
        }
        PinnedFrames frames = umem.pages.frames();
        long pages = 0;
        for (long page = umem.firstPage + 511 & ~511L; page + 512 <= umem.endPage; page += 512) {
            if (frames.isPinned(page) && frames.isHuge(page)) {
                pages += 512;
            }
        }
        return pages;
    }

    private static RegionSummary.Provenance provenance(PinStats pins, boolean before) {
        Map<PageKind, Long> kinds = new EnumMap<>(PageKind.class);
        long pinned = 0;
        for (PageKind kind : PageKind.values()) {
            if (pins.kinds[kind.ordinal()] > 0) {
                kinds.put(kind, pins.kinds[kind.ordinal()]);
                pinned += pins.kinds[kind.ordinal()];
            }
        }
        return new RegionSummary.Provenance(
                before ? 0 : Math.max(0, pinned - pins.faultedIn()),
                pins.faultedIn(),
                pins.faultedAnon,
                pins.faultedHuge,
                pins.faultedFile,
                pins.copied,
                pins.unshared,
                pins.major,
                Collections.unmodifiableMap(kinds));
    }

    private static Map<Verdict, Long> counts(long[] pages) {
        Map<Verdict, Long> counts = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            if (pages[verdict.ordinal()] > 0) {
                counts.put(verdict, pages[verdict.ordinal()]);
            }
        }
        return Collections.unmodifiableMap(counts);
    }
}
