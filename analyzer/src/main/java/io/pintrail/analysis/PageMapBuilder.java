// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.ArrayList;
import java.util.List;

/** Joins segments in ascending order to a {@link PageMap}: exactly, as long as it has few runs, else in equal cells. */
final class PageMapBuilder {
    private final long first;
    private final long perCell;
    private final List<PageMap.Run> runs = new ArrayList<>(1);
    private final List<PageMap.Run> cells = new ArrayList<>(0);
    private boolean exact = true;

    PageMapBuilder(long first, long end) {
        this.first = first;
        perCell = Math.max(1, (end - first + PageMap.MAX_RUNS - 1) / PageMap.MAX_RUNS);
    }

    void add(long from, long to, Verdict atEnd, Verdict worst, Cause cause, long pinnedPfn) {
        PageMap.Run run = new PageMap.Run(from - first, to - from, atEnd, worst, cause, pinnedPfn);
        if (exact && append(runs, run)) {
            return;
        }
        if (exact) {
            exact = false;
            runs.forEach(this::addToCells);
            runs.clear();
        }
        addToCells(run);
    }

    /** False when the list is full. */
    private static boolean append(List<PageMap.Run> list, PageMap.Run run) {
        PageMap.Run last = list.isEmpty() ? null : list.get(list.size() - 1);
        if (last != null && last.atEnd() == run.atEnd() && last.worst() == run.worst() && last.cause() == run.cause()) {
            list.set(
                    list.size() - 1,
                    new PageMap.Run(
                            last.page(),
                            last.pages() + run.pages(),
                            last.atEnd(),
                            last.worst(),
                            last.cause(),
                            last.pinnedPfn()));
            return true;
        }
        if (list.size() == PageMap.MAX_RUNS) {
            return false;
        }
        list.add(run);
        return true;
    }

    private void addToCells(PageMap.Run run) {
        long end = run.page() + run.pages();
        for (long page = run.page(); page < end; ) {
            long cell = page / perCell;
            long stop = Math.min(end, (cell + 1) * perCell);
            if (cell < cells.size()) {
                cells.set((int) cell, worse(cells.get((int) cell), run, stop));
            } else {
                cells.add(new PageMap.Run(page, stop - page, run.atEnd(), run.worst(), run.cause(), run.pinnedPfn()));
            }
            page = stop;
        }
    }

    private static PageMap.Run worse(PageMap.Run cell, PageMap.Run run, long stop) {
        boolean changes = run.worst().compareTo(cell.worst()) > 0;
        return new PageMap.Run(
                cell.page(),
                stop - cell.page(),
                cell.atEnd().worse(run.atEnd()),
                cell.worst().worse(run.worst()),
                changes ? run.cause() : cell.cause(),
                cell.pinnedPfn());
    }

    PageMap build() {
        return new PageMap(List.copyOf(exact ? runs : cells), exact);
    }
}
