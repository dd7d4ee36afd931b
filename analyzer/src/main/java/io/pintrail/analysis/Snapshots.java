// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.state.FrameCode;
import io.pintrail.analysis.state.IntervalIndex;
import java.util.ArrayList;
import java.util.List;

/**
 * Pagemap snapshots: heal what a loss left unknown, and are compared with the rest. The recorder takes the time, reads
 * the pagemap, and goes on to the next part: so a part is known to have been read when the next event of the snapshot
 * comes, and counts from then on, as an observation of its own time. A mark in between is none the wiser. A page that
 * differs gets a second look when the snapshot is over.
 */
final class Snapshots {
    private static final int MAX_DOUBTS = 10_000;

    private final Recording recording;
    private final PageTables tables;
    private final VerdictWalk walk;
    private final IntervalIndex.Matches<Umem> blocks = new IntervalIndex.Matches<>();
    private final List<Pages> toHeal = new ArrayList<>();
    private final List<Pages> doubts = new ArrayList<>();

    private final List<Run> part = new ArrayList<>();
    private long partTime = Long.MIN_VALUE;

    private record Pages(Umem block, long from, long to, long code) {}

    /** What a part of a snapshot says of some pages. */
    private record Run(Space space, long page, long end, long code) {}

    Snapshots(Recording recording, PageTables tables) {
        this.recording = recording;
        this.tables = tables;
        walk = new VerdictWalk(recording);
    }

    /** A snapshot starts: the one before is over, whether it says so or not. */
    void begin() {
        partIsRead();
    }

    void pages(long time, int asid, long page, long pages, long pfn, int step, int kind) {
        if (time != partTime) {
            partIsRead();
        }
        partTime = time;
        Space space = recording.spaces.get(asid);
        if (space != null && pages > 0) {
            part.add(new Run(space, page, page + pages, FrameCode.of(page, pfn, step, PageKind.anonymous(kind))));
        }
    }

    private void partIsRead() {
        for (Run run : part) {
            if (!run.space.ended()) {
                run.space.blocks.find(run.page, run.end, blocks);
                for (int i = 0; i < blocks.count(); i++) {
                    Umem block = blocks.get(i);
                    if (block.pages != null && block.complete && block.region.live) {
                        block(block, Math.max(run.page, block.firstPage), Math.min(run.end, block.endPage), run.code);
                    }
                }
            }
        }
        part.clear();
    }

    private void block(Umem block, long first, long end, long code) {
        walk.pages(block, first, end, (from, to, verdict, reason, mapped, tag) -> {
            if (reason == UnknownReason.EVENTS_LOST
                    || reason == UnknownReason.NOT_OBSERVED
                    || reason == UnknownReason.REGISTERED_BEFORE) {
                toHeal.add(new Pages(block, from, to, code));
            } else if (verdict != Verdict.UNKNOWN && recording.options.compareSnapshots()) {
                recording.snapshotPages += to - from;
                compare(block, from, to, mapped, code);
            }
        });
        for (Pages unknown : toHeal) {
            tables.event(partTime, 0, 0, Causes.SNAPSHOT, block.space);
            block.pages.observe(partTime, unknown.from, unknown.to, code, tables);
        }
        toHeal.clear();
    }

    private void compare(Umem block, long from, long to, long mapped, long code) {
        for (long page = from; page < to; ) {
            long stop = mapped == FrameCode.PINNED ? block.pages.frames().matchStretch(page, to, code) : page + 1;
            if (!same(block, page, mapped, code) && doubts.size() < MAX_DOUBTS) {
                doubts.add(new Pages(block, page, stop, code));
            }
            page = stop;
        }
    }

    private static boolean same(Umem block, long page, long mapped, long code) {
        if (mapped == FrameCode.PINNED) {
            return block.pages.frames().matches(page, code);
        }
        if (FrameCode.isFrame(mapped) != FrameCode.isFrame(code)) {
            return false;
        }
        return !FrameCode.isFrame(code) || FrameCode.pfn(mapped, page) == FrameCode.pfn(code, page);
    }

    /** The snapshot is over: counts the pages that differ still. */
    void end() {
        partIsRead();
        for (Pages doubt : doubts) {
            if (doubt.block.region.umem == doubt.block && !doubt.block.space.ended()) {
                walk.pages(doubt.block, doubt.from, doubt.to, (from, to, verdict, reason, mapped, tag) -> {
                    if (verdict != Verdict.UNKNOWN) {
                        recording.snapshotDifferences += differing(doubt, from, to, mapped);
                    }
                });
            }
        }
        doubts.clear();
    }

    private static long differing(Pages doubt, long from, long to, long mapped) {
        long count = 0;
        for (long page = from; page < to; page++) {
            count += same(doubt.block, page, mapped, doubt.code) ? 0 : 1;
        }
        return count;
    }
}
