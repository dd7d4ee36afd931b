// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.state.FrameCode;
import io.pintrail.analysis.state.IntervalIndex;
import java.util.ArrayList;
import java.util.List;

/**
 * Pagemap snapshots: heal what a loss left unknown, and are compared with the rest. The recorder reads the pagemap a
 * moment after the time of the event, so a page that differs gets a second look when the snapshot is over.
 */
final class Snapshots {
    private static final int MAX_DOUBTS = 10_000;

    private final Recording recording;
    private final PageTables tables;
    private final VerdictWalk walk;
    private final IntervalIndex.Matches<Umem> blocks = new IntervalIndex.Matches<>();
    private final List<Pages> toHeal = new ArrayList<>();
    private final List<Pages> doubts = new ArrayList<>();

    private record Pages(Umem block, long from, long to, long code) {}

    Snapshots(Recording recording, PageTables tables) {
        this.recording = recording;
        this.tables = tables;
        walk = new VerdictWalk(recording);
    }

    void pages(long time, int asid, long page, long pages, long pfn, int step, int kind) {
        Space space = recording.spaces.get(asid);
        if (space == null || pages <= 0 || space.ended()) {
            return;
        }
        long code = FrameCode.of(page, pfn, step, PageKind.anonymous(kind));
        space.blocks.find(page, page + pages, blocks);
        for (int i = 0; i < blocks.count(); i++) {
            Umem block = blocks.get(i);
            if (block.pages != null && block.complete && block.region.live) {
                block(time, block, Math.max(page, block.firstPage), Math.min(page + pages, block.endPage), code);
            }
        }
    }

    private void block(long time, Umem block, long first, long end, long code) {
        walk.pages(block, first, end, (from, to, verdict, reason, mapped, tag) -> {
            if (reason == UnknownReason.EVENTS_LOST || reason == UnknownReason.NOT_OBSERVED) {
                toHeal.add(new Pages(block, from, to, code));
            } else if (verdict != Verdict.UNKNOWN) {
                recording.snapshotPages += to - from;
                compare(block, from, to, mapped, code);
            }
        });
        for (Pages unknown : toHeal) {
            tables.event(time, 0, 0, Causes.SNAPSHOT, block.space);
            block.pages.observe(time, unknown.from, unknown.to, code, tables);
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
