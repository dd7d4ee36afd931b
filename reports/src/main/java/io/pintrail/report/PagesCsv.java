// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.AnalysisState;
import io.pintrail.analysis.MarkListener;
import io.pintrail.analysis.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;

/**
 * One row per page of every live region at each mark it is shown. Marks and host names stand as they were recorded:
 * this file is for programs that compare it with others (regions.csv and findings.csv are for spreadsheets).
 */
public final class PagesCsv implements MarkListener {
    /** The first line of the file. */
    public static final String HEADER = "mark,host,pid,lkey,va,pinned_pfn,mapped_pfn,verdict";

    private static final int CHARACTERS_PER_WRITE = 1 << 15;

    private final Writer out;
    private final StringBuilder rows = new StringBuilder();

    /** @param out not closed, and errors come as {@link UncheckedIOException} */
    public PagesCsv(Writer out) {
        this.out = out;
        rows.append(HEADER).append('\n');
        write();
    }

    @Override
    public void at(int host, int pid, String mark, long timeNs, AnalysisState state) {
        String prefix = quoted(mark) + ',' + quoted(state.hostName()) + ',';
        state.forEachPage((owner, lkey, va, pinnedPfn, mappedPfn, verdict, reason) ->
                page(prefix, owner, lkey, va, pinnedPfn, mappedPfn, verdict));
        write();
    }

    private void page(String prefix, int pid, int lkey, long va, long pinnedPfn, long mappedPfn, Verdict verdict) {
        rows.append(prefix)
                .append(pid)
                .append(',')
                .append(Integer.toHexString(lkey))
                .append(',');
        rows.append(Long.toHexString(va)).append(',');
        rows.append(pinnedPfn < 0 ? "?" : Long.toHexString(pinnedPfn)).append(',');
        if (mappedPfn >= 0) {
            rows.append(Long.toHexString(mappedPfn));
        } else {
            rows.append(mappedPfn == AnalysisState.UNKNOWN ? '?' : '-');
        }
        rows.append(',').append(verdict.name()).append('\n');
        if (rows.length() > CHARACTERS_PER_WRITE) {
            write();
        }
    }

    private void write() {
        try {
            out.append(rows);
            rows.setLength(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** RFC 4180: quotes around what would otherwise not be one cell. */
    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain && !cell.isEmpty() ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
