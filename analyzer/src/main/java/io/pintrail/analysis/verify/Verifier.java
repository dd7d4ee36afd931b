// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.verify;

import io.pintrail.analysis.AnalysisResult;
import io.pintrail.analysis.AnalysisState;
import io.pintrail.analysis.MarkListener;
import io.pintrail.analysis.UnknownReason;
import io.pintrail.analysis.Verdict;
import io.pintrail.trace.TraceVisitor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares the state at marks with pagemap truth. A mark's rows are those of the process that wrote it; where that
 * process has none at any mark of the name, the rows of all processes.
 */
public final class Verifier implements MarkListener {
    private static final int MAX_DIFFERENCES = 20;

    private final TruthTable truth;
    private final long[][] pages = new long[Verdict.values().length][VerifyResult.Truth.values().length];
    private final Map<String, Integer> occurrences = new HashMap<>();
    private final List<VerifyResult.Difference> differences = new ArrayList<>();
    /** Pages that are not known, and regions: wrong only where nothing was lost. */
    private final List<VerifyResult.Difference> unknowns = new ArrayList<>();

    private long rowsCompared;
    private long rowsWithoutPage;
    private long mappedDiffers;
    private long disagreements;
    private long unknown;
    private long unknownAtCut;
    private long notHealed;
    private String healedAt;

    public Verifier(TruthTable truth) {
        this.truth = truth;
    }

    /**
     * At marks whose name contains {@code text} all that was lost has been made good: no page may be UNKNOWN there, but
     * for those whose pin is not in the trace.
     */
    public Verifier healedAt(String text) {
        healedAt = text;
        return this;
    }

    @Override
    public void at(int host, int pid, String mark, long timeNs, AnalysisState state) {
        Map<Integer, List<TruthPages>> processes = truth.at(mark);
        if (processes.containsKey(pid)) {
            compare(mark, pid, occurrence(mark, pid), processes.get(pid), state);
        } else {
            int occurrence = occurrence(mark, pid);
            processes.forEach((each, parts) -> compare(mark, each, occurrence, parts, state));
        }
    }

    private int occurrence(String mark, int pid) {
        return occurrences.merge(pid + " " + mark, 1, Integer::sum) - 1;
    }

    private void compare(String mark, int pid, int occurrence, List<TruthPages> parts, AnalysisState state) {
        if (occurrence >= parts.size() || !parts.get(occurrence).take()) {
            return;
        }
        parts.get(occurrence).regions().forEachInt((lkey, rows) -> {
            state.forEachPage(pid, lkey, (p, l, va, pinned, mapped, verdict, reason) -> {
                int at = rows.find(va);
                if (at < 0) {
                    pages[verdict.ordinal()][VerifyResult.Truth.NO_ROW.ordinal()]++;
                } else if (!rows.matched.get(at) || lkey == 0) {
                    rows.matched.set(at);
                    unknownAtCut += reason == UnknownReason.TRACE_CUT ? 1 : 0;
                    if (verdict == Verdict.UNKNOWN && reason != UnknownReason.PIN_NOT_SEEN) {
                        notHealed += healedAt != null && mark.contains(healedAt) ? 1 : 0;
                    }
                    page(new VerifyResult.Page(mark, pid, lkey, va, pinned, mapped, verdict), rows.pfn[at]);
                }
            });
            without(mark, pid, lkey, rows);
        });
    }

    private void page(VerifyResult.Page page, long pfn) {
        rowsCompared++;
        boolean present = pfn != TruthPages.NOT_PRESENT;
        VerifyResult.Truth said = !present
                ? VerifyResult.Truth.NOT_PRESENT
                : pfn == page.pinnedPfn() ? VerifyResult.Truth.SAME_FRAME : VerifyResult.Truth.OTHER_FRAME;
        pages[page.verdict().ordinal()][said.ordinal()]++;
        boolean sameMapped = page.verdict() == Verdict.ODP
                || page.verdict() == Verdict.SNAPSHOT && page.mappedPfn() == AnalysisState.UNKNOWN
                || page.mappedPfn() == (present ? pfn : TraceVisitor.NONE);
        boolean agrees = switch (page.verdict()) {
            case OK, ZERO -> said == VerifyResult.Truth.SAME_FRAME;
            case STALE -> said == VerifyResult.Truth.OTHER_FRAME;
            case DETACHED -> said == VerifyResult.Truth.NOT_PRESENT;
            case ODP, SNAPSHOT -> true;
            default -> false;
        };
        if (page.verdict() == Verdict.UNKNOWN) {
            unknown++;
        } else if (!agrees) {
            disagreements++;
        } else if (!sameMapped) {
            mappedDiffers++;
        }
        if (!agrees || !sameMapped) {
            differs(
                    page.verdict() == Verdict.UNKNOWN ? unknowns : differences,
                    page,
                    present ? Long.toHexString(pfn) : "-");
        }
    }

    private void without(String mark, int pid, int lkey, TruthPages.Region rows) {
        for (int at = rows.matched.nextClearBit(0); at < rows.count; at = rows.matched.nextClearBit(at + 1)) {
            rowsWithoutPage++;
            long pfn = rows.pfn[at];
            differs(
                    unknowns,
                    new VerifyResult.Page(mark, pid, lkey, rows.va[at], TraceVisitor.NONE, AnalysisState.UNKNOWN, null),
                    pfn == TruthPages.NOT_PRESENT ? "-" : Long.toHexString(pfn));
        }
    }

    private static void differs(List<VerifyResult.Difference> list, VerifyResult.Page page, String truthPfn) {
        if (list.size() < MAX_DIFFERENCES) {
            list.add(new VerifyResult.Difference(page, truthPfn));
        }
    }

    /** @param analysis what the analysis of the same trace came to */
    public VerifyResult result(AnalysisResult analysis) {
        List<String> unseen = new ArrayList<>();
        long withoutAtSeen = rowsWithoutPage;
        for (String mark : truth.marks()) {
            truth.at(mark).forEach((pid, parts) -> {
                for (TruthPages part : parts) {
                    if (!part.taken()) {
                        unseen.add(mark);
                        part.regions().forEachInt((lkey, rows) -> without(mark, pid, lkey, rows));
                    }
                }
            });
        }
        // A trace whose last batch is missing lacks what came after it, and nothing before.
        long cut = analysis.hosts().stream()
                .filter(h -> !h.complete() && h.gaps() > 0)
                .count();
        boolean lost =
                analysis.counters().lostEvents() > 0 || analysis.counters().gaps() > cut;
        List<VerifyResult.Difference> first = new ArrayList<>(differences);
        first.addAll(unknowns.subList(0, Math.min(unknowns.size(), MAX_DIFFERENCES - first.size())));
        List<VerifyResult.Cell> cells = new ArrayList<>();
        for (Verdict verdict : Verdict.values()) {
            for (VerifyResult.Truth said : VerifyResult.Truth.values()) {
                long count = pages[verdict.ordinal()][said.ordinal()];
                if (count > 0) {
                    cells.add(new VerifyResult.Cell(verdict, said, count));
                }
            }
        }
        long missing = (cut > 0 ? withoutAtSeen : rowsWithoutPage) + unknown - unknownAtCut;
        boolean wrong = disagreements + mappedDiffers + notHealed > 0 || missing > 0 && !lost;
        return new VerifyResult(
                !wrong && rowsCompared > 0,
                lost,
                truth.rows(),
                rowsCompared,
                List.copyOf(cells),
                disagreements,
                mappedDiffers,
                unknown,
                notHealed,
                rowsWithoutPage,
                List.copyOf(unseen),
                List.copyOf(first));
    }
}
