// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.ArrayList;
import java.util.List;

/** Joins segments in ascending order to a {@link PageMap}: exactly, as long as it has few runs, else in equal cells. */
final class PageMapBuilder {
    private static final int MAX = PageMap.MAX_RUNS;

    private final long first;
    private final long perCell;
    private final List<PageMap.Run> runs = new ArrayList<>(1);
    private Verdict[] cellAtEnd;
    private Verdict[] cellWorst;
    private Cause[] cellCause;
    private long[] cellPfn;

    /** The run that may still grow; empty while {@code to == from}. */
    private long from;

    private long to;
    private Verdict atEnd;
    private Verdict worst;
    private Cause cause;
    private long pinnedPfn;

    PageMapBuilder(long first, long end) {
        this.first = first;
        perCell = Math.max(1, (end - first + MAX - 1) / MAX);
    }

    void add(long runFrom, long runTo, Verdict runAtEnd, Verdict runWorst, Cause runCause, long runPfn) {
        if (to > from && runAtEnd == atEnd && runWorst == worst && runCause == cause) {
            to = runTo - first;
            return;
        }
        flush();
        from = runFrom - first;
        to = runTo - first;
        atEnd = runAtEnd;
        worst = runWorst;
        cause = runCause;
        pinnedPfn = runPfn;
    }

    private void flush() {
        if (to == from) {
            return;
        }
        if (cellWorst == null && runs.size() < MAX) {
            runs.add(new PageMap.Run(from, to - from, atEnd, worst, cause, pinnedPfn));
            return;
        }
        if (cellWorst == null) {
            cellAtEnd = new Verdict[MAX];
            cellWorst = new Verdict[MAX];
            cellCause = new Cause[MAX];
            cellPfn = new long[MAX];
            runs.forEach(r -> cells(r.page(), r.page() + r.pages(), r.atEnd(), r.worst(), r.cause(), r.pinnedPfn()));
        }
        cells(from, to, atEnd, worst, cause, pinnedPfn);
    }

    private void cells(long start, long end, Verdict runAtEnd, Verdict runWorst, Cause runCause, long pfn) {
        for (int cell = (int) (start / perCell); cell <= (end - 1) / perCell; cell++) {
            if (cellWorst[cell] == null) {
                cellAtEnd[cell] = runAtEnd;
                cellWorst[cell] = runWorst;
                cellCause[cell] = runCause;
                cellPfn[cell] = pfn;
            } else {
                cellAtEnd[cell] = cellAtEnd[cell].worse(runAtEnd);
                if (runWorst.compareTo(cellWorst[cell]) > 0) {
                    cellWorst[cell] = runWorst;
                    cellCause[cell] = runCause;
                }
            }
        }
    }

    PageMap build() {
        flush();
        if (cellWorst == null) {
            return new PageMap(List.copyOf(runs), true);
        }
        List<PageMap.Run> cells = new ArrayList<>();
        for (int i = 0; i < MAX && cellWorst[i] != null; i++) {
            long start = i * perCell;
            cells.add(new PageMap.Run(
                    start,
                    Math.min(to, start + perCell) - start,
                    cellAtEnd[i],
                    cellWorst[i],
                    cellCause[i],
                    cellPfn[i]));
        }
        return new PageMap(List.copyOf(cells), false);
    }
}
