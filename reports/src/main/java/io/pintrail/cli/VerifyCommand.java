// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.AnalysisOptions;
import io.pintrail.analysis.AnalysisResult;
import io.pintrail.analysis.verify.CsvException;
import io.pintrail.analysis.verify.DataCheck;
import io.pintrail.analysis.verify.TruthTable;
import io.pintrail.analysis.verify.Verifier;
import io.pintrail.analysis.verify.VerifyResult;
import io.pintrail.report.Printable;
import io.pintrail.report.VerifyText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code pintrail verify}. */
@Command(
        name = "verify",
        header = "Compares the verdicts of a trace with pagemap truth, page by page.",
        description = {
            "%nTRUTH.csv has the columns mark,pid,lkey,va,pfn,present: what /proc/PID/pagemap said of every page of the"
                    + " regions at each mark. The verdicts come from events; snapshots in the trace count only for"
                    + " pages in doubt after a loss. Pages may be UNKNOWN, and regions missing, only where the trace"
                    + " lost events.%n"
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:agrees on every page", "1:disagrees", "2:bad input or usage"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  pintrail verify mremap.ptl mremap.truth.csv",
            "  pintrail verify --data mremap.data.csv mremap.ptl mremap.truth.csv"
        })
final class VerifyCommand implements Callable<Integer> {
    @ParentCommand
    private Pintrail pintrail;

    @Parameters(
            index = "0",
            paramLabel = "TRACE",
            description = "A trace file (.ptl or JSON lines), - for standard input.")
    private String trace;

    @Parameters(index = "1", paramLabel = "TRUTH.csv", description = "The pagemap truth.")
    private Path truth;

    @Option(
            names = "--data",
            paramLabel = "DATA.csv",
            description = "Also compare the findings with what RDMA READs returned (columns mark,pid,lkey,va,read).")
    private Path data;

    @Option(
            names = "--healed-at",
            paramLabel = "TEXT",
            description =
                    "At marks whose name contains TEXT a snapshot has made good what was lost: no page may be UNKNOWN.")
    private String healedAt;

    @Override
    public Integer call() throws Exception {
        Terminal terminal = pintrail.terminal();
        TruthTable table = csv(truth, TruthTable::read);
        refuseUnfit(table);
        Verifier verifier = new Verifier(table).healedAt(healedAt);
        Analysis analysis = new Analysis(AnalysisOptions.EVENTS_ONLY, verifier);
        TraceInput input = new TraceInput(trace);
        input.driveInOrder(analysis, terminal);
        input.reportDamage(terminal);
        AnalysisResult result = analysis.finish();
        VerifyResult verified = verifier.result(result);
        if (!verified.lost() && Set.copyOf(verified.unseenMarks()).equals(table.marks())) {
            throw new UserError(truth + ": none of its marks is in " + input.name() + " ("
                    + Printable.of(String.join(", ", table.marks()), 100)
                    + "); give the truth of the same run (pintrail info shows the marks of a trace)");
        }
        DataCheck check = data == null ? null : csv(data, file -> DataCheck.of(result, file));
        VerifyText.write(verified, terminal.out());
        boolean agrees = verified.agrees();
        if (check != null) {
            VerifyText.write(check, terminal.out());
            agrees &= check.agrees();
        }
        return agrees ? 0 : Pintrail.WRONG;
    }

    private void refuseUnfit(TruthTable table) throws UserError {
        if (table.rows() == 0) {
            throw new UserError(truth + ": no row below the header; give the CSV file that the scenario wrote");
        }
        if (healedAt != null && table.marks().stream().noneMatch(mark -> mark.contains(healedAt))) {
            throw new UserError("--healed-at " + Printable.of(healedAt, 100) + ": in no mark of " + truth
                    + "; give a part of a mark's name, such as "
                    + Printable.of(table.marks().iterator().next(), 100));
        }
    }

    private interface Reading<T> {
        T from(Path file) throws IOException;
    }

    private static <T> T csv(Path file, Reading<T> reading) throws IOException, UserError {
        if (Files.isDirectory(file)) {
            throw new UserError(file + ": a directory; give the CSV file that the scenario wrote");
        }
        try {
            return reading.from(file);
        } catch (CsvException e) {
            throw e;
        } catch (IOException e) {
            throw new UserError(file + ": " + UserError.reason(e) + "; give the CSV file that the scenario wrote");
        }
    }
}
