// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.verify;

import io.pintrail.analysis.Verdict;
import java.util.List;

/**
 * What comparing a trace with pagemap truth came to.
 *
 * @param agrees every row is matched by a page of a live region at that mark: OK and ZERO where pagemap shows the
 *     pinned frame, STALE where another, DETACHED where nothing is present, the mapped frame right. Where something was
 *     lost, pages may be UNKNOWN and regions missing. False also if no row was compared
 * @param lost whether the trace lacks events, others than those after its end where the last batch is missing
 * @param rows rows of the truth
 * @param compared rows with a page to compare with
 * @param cells the confusion table without its empty cells
 * @param wrong rows whose verdict is another than pagemap's
 * @param mappedDiffers rows whose verdict is right and whose mapped frame is not
 * @param unknown rows whose page is UNKNOWN
 * @param notHealed of these, rows at marks where a loss should have been made good
 * @param rowsWithoutPage rows for which no region lives at that mark
 * @param unseenMarks marks with rows that the trace does not have
 * @param first the first differences, wrong ones before unknown ones, at most 20
 */
public record VerifyResult(
        boolean agrees,
        boolean lost,
        long rows,
        long compared,
        List<Cell> cells,
        long wrong,
        long mappedDiffers,
        long unknown,
        long notHealed,
        long rowsWithoutPage,
        List<String> unseenMarks,
        List<Difference> first) {

    /** What pagemap says of a page. */
    public enum Truth {
        SAME_FRAME("same frame"),
        OTHER_FRAME("other frame"),
        NOT_PRESENT("not present"),
        /** The region has rows at this mark, this page has none; does not count as disagreement. */
        NO_ROW("no row");

        private final String label;

        Truth(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    /** Pages with this verdict of which pagemap says that. */
    public record Cell(Verdict verdict, Truth truth, long pages) {}

    /**
     * What the analysis says of a page.
     *
     * @param verdict null where no region lives at the mark
     */
    public record Page(String mark, int pid, int lkey, long va, long pinnedPfn, long mappedPfn, Verdict verdict) {}

    /** @param truthPfn in hex, {@code -} where nothing is present */
    public record Difference(Page page, String truthPfn) {}

    public long count(Verdict verdict, Truth truth) {
        return cells.stream()
                .filter(c -> c.verdict == verdict && c.truth == truth)
                .mapToLong(Cell::pages)
                .sum();
    }
}
