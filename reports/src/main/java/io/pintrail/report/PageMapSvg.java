// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.RegionSummary;
import io.pintrail.analysis.Verdict;
import java.util.Locale;

/**
 * The pages of one region as a strip of cells, from its first address to its last. Each cell stands for the same number
 * of pages and shows the worst of them, so one bad page in 268 million stays visible. Widths are percentages: the strip
 * fits any page and its hatching keeps its size.
 */
final class PageMapSvg {
    /** Cells in a line. */
    private static final int COLUMNS = 128;

    private static final int LINES = 4;

    /** At most this many cells. */
    static final int CELLS = COLUMNS * LINES;

    private static final int LINE_HEIGHT = 20;
    private static final int CELL_HEIGHT = 16;

    /** A region of few pages has cells no wider than this, in percent. */
    private static final double WIDEST = 3.0;

    private PageMapSvg() {}

    static String svg(RegionSummary region) {
        Verdict[] cells = region.pageMap().cells(CELLS);
        long perCell = perCell(region, cells.length);
        int columns = Math.min(cells.length, COLUMNS);
        double width = Math.min(WIDEST, 100.0 / columns);
        int lines = (cells.length + columns - 1) / columns;
        StringBuilder out = new StringBuilder();
        out.append("<svg role=\"img\" height=\"").append(lines * LINE_HEIGHT - (LINE_HEIGHT - CELL_HEIGHT));
        out.append("\" class=\"cells\" aria-label=\"")
                .append(Markup.escape(describe(region)))
                .append("\">");
        for (int from = 0; from < cells.length; ) {
            int to = sameUntil(cells, from, columns);
            long firstPage = from * perCell;
            long pages = Math.min(to * perCell, region.pageMap().pages()) - firstPage;
            out.append(String.format(
                    Locale.ROOT,
                    "<rect class=\"%s\" x=\"%.3f%%\" y=\"%d\" width=\"%.3f%%\" height=\"%d\"><title>%s</title></rect>",
                    VerdictStyle.css(cells[from]),
                    from % columns * width,
                    from / columns * LINE_HEIGHT,
                    (to - from) * width,
                    CELL_HEIGHT,
                    tooltip(region, firstPage, pages, cells[from])));
            from = to;
        }
        return out.append("</svg>").toString();
    }

    /** Cells of a small region are drawn one by one, those of a large one joined while they are equal, line by line. */
    private static int sameUntil(Verdict[] cells, int from, int columns) {
        int to = from + 1;
        if (cells.length <= COLUMNS) {
            return to;
        }
        while (to < cells.length && to % columns != 0 && cells[to] == cells[from]) {
            to++;
        }
        return to;
    }

    static long perCell(RegionSummary region, int cells) {
        return Math.max(1, (region.pageMap().pages() + cells - 1) / Math.max(1, cells));
    }

    private static String tooltip(RegionSummary region, long firstPage, long pages, Verdict verdict) {
        long va = (region.va() & -4096L) + firstPage * 4096;
        String worst = pages > 1 && verdict != Verdict.OK ? "worst is " : "";
        return Units.hex(va) + ", " + Units.pages(pages) + ": " + worst + verdict;
    }

    private static String describe(RegionSummary region) {
        StringBuilder text = new StringBuilder("Page map of region " + region.id() + ": ");
        for (Verdict verdict : VerdictStyle.WORST_FIRST) {
            long pages = region.worst().getOrDefault(verdict, 0L);
            if (pages > 0) {
                text.append(Units.pages(pages)).append(' ').append(verdict).append(", ");
            }
        }
        return text.substring(0, text.length() - 2);
    }
}
