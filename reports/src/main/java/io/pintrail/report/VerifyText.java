// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.AnalysisState;
import io.pintrail.analysis.Verdict;
import io.pintrail.analysis.verify.DataCheck;
import io.pintrail.analysis.verify.VerifyResult;
import io.pintrail.analysis.verify.VerifyResult.Truth;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** What comparing a trace with pagemap truth came to: the confusion table and the first differences. */
public final class VerifyText {
    private static final int PAGES = 10;

    private VerifyText() {}

    /** Verdicts against pagemap. */
    public static void write(VerifyResult result, Appendable out) throws IOException {
        StringBuilder table = new StringBuilder(String.format(Locale.ROOT, "%-12s", "verdict"));
        for (Truth truth : Truth.values()) {
            table.append(String.format(Locale.ROOT, "%15s", truth.label()));
        }
        for (Verdict verdict : Verdict.values()) {
            if (result.cells().stream().anyMatch(c -> c.verdict() == verdict)) {
                table.append(String.format(Locale.ROOT, "%n%-12s", verdict));
                for (Truth truth : Truth.values()) {
                    table.append(String.format(Locale.ROOT, "%,15d", result.count(verdict, truth)));
                }
            }
        }
        out.append(table).append("\n\n");
        out.append(Units.plural(result.compared(), "row")).append(" of ").append(Units.count(result.rows()));
        out.append(" compared with pagemap: ")
                .append(Units.count(result.wrong()))
                .append(" wrong, ");
        out.append(Units.count(result.mappedDiffers())).append(" with another frame, ");
        out.append(Units.count(result.unknown())).append(" unknown");
        out.append(result.lost() ? " (the trace lost events)" : "").append(", ");
        out.append(Units.count(result.rowsWithoutPage())).append(" without a region.\n");
        if (!result.unseenMarks().isEmpty()) {
            List<String> marks =
                    result.unseenMarks().stream().distinct().map(Printable::of).toList();
            out.append("Marks that are not in the trace: ")
                    .append(String.join(", ", marks))
                    .append('\n');
        }
        if (result.notHealed() > 0) {
            out.append(Units.plural(result.notHealed(), "row"))
                    .append(" unknown where what was lost should have been made good.\n");
        }
        for (VerifyResult.Difference difference : result.first()) {
            difference(difference, out);
        }
        out.append(result.agrees() ? "Agrees.\n" : "DISAGREES.\n");
    }

    private static void difference(VerifyResult.Difference difference, Appendable out) throws IOException {
        VerifyResult.Page page = difference.page();
        out.append("  ").append(Printable.of(page.mark())).append(" pid ").append(Integer.toString(page.pid()));
        out.append(" lkey ")
                .append(Integer.toHexString(page.lkey()))
                .append(" va ")
                .append(Long.toHexString(page.va()));
        if (page.verdict() == null) {
            out.append(": no region in the trace");
        } else {
            out.append(": ").append(page.verdict().name()).append(", pinned ").append(frame(page.pinnedPfn()));
            out.append(", mapped ").append(page.mappedPfn() == AnalysisState.UNKNOWN ? "?" : frame(page.mappedPfn()));
        }
        out.append("; pagemap says ").append(difference.truthPfn()).append('\n');
    }

    /** Findings against what RDMA READs returned. */
    public static void write(DataCheck check, Appendable out) throws IOException {
        out.append('\n').append(Units.pages(check.staleReads())).append(" returned stale data to an RDMA READ, ");
        out.append(Units.pages(check.staleFindings())).append(" are in findings STALE and read since.\n");
        list("  stale data, no such finding: ", check.onlyRead(), out);
        list("  such a finding, no stale data: ", check.onlyFound(), out);
        if (!check.cannotTell().isEmpty()) {
            out.append(Units.pages(check.cannotTell().size()))
                    .append(" with stale data cannot be compared: the trace lacks accesses of the device.\n");
        }
        out.append(check.agrees() ? "Agrees.\n" : "DISAGREES.\n");
    }

    private static void list(String what, List<String> pages, Appendable out) throws IOException {
        for (String page : pages.subList(0, Math.min(PAGES, pages.size()))) {
            out.append(what).append(page).append('\n');
        }
        if (pages.size() > PAGES) {
            out.append(what).append(Units.plural(pages.size() - PAGES, "page")).append(" more\n");
        }
    }

    private static String frame(long pfn) {
        return pfn < 0 ? "-" : Long.toHexString(pfn);
    }
}
