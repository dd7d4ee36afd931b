// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.Arrays;
import java.util.List;

/**
 * The pages of a region as runs of equal state, in ascending order and without holes, as of its deregistration or the
 * end of the trace.
 *
 * @param exact false where neighbouring runs were joined under their worst verdict because there were more than
 *     {@link #MAX_RUNS}
 */
public record PageMap(List<Run> runs, boolean exact) {
    public static final int MAX_RUNS = 512;
    public static final PageMap EMPTY = new PageMap(List.of(), true);

    /**
     * @param page index from the region's first page
     * @param worst worst that a finding tells of, else {@code atEnd}
     * @param pinnedPfn frame of the first page, or −1 where the pin was not seen
     */
    public record Run(long page, long pages, Verdict atEnd, Verdict worst, Cause cause, long pinnedPfn) {}

    public long pages() {
        return runs.isEmpty() ? 0 : runs.get(runs.size() - 1).page + runs.get(runs.size() - 1).pages;
    }

    /**
     * For drawing: at most {@code max} cells of an equal number of pages each (the last may stand for fewer), the worst
     * verdict of its pages in each.
     */
    public Verdict[] cells(int max) {
        long pages = pages();
        long perCell = Math.max(1, (pages + max - 1) / max);
        Verdict[] cells = new Verdict[(int) ((pages + perCell - 1) / perCell)];
        Arrays.fill(cells, Verdict.OK);
        for (Run run : runs) {
            int last = (int) ((run.page + run.pages - 1) / perCell);
            for (int cell = (int) (run.page / perCell); cell <= last; cell++) {
                cells[cell] = cells[cell].worse(run.worst);
            }
        }
        return cells;
    }
}
