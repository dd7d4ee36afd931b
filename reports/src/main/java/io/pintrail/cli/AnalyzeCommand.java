// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.AnalysisOptions;
import io.pintrail.analysis.whatif.WhatIf;
import io.pintrail.analysis.whatif.WhatIfTotals;
import io.pintrail.report.FindingsJson;
import io.pintrail.report.Report;
import io.pintrail.report.ReportWriter;
import io.pintrail.report.TextSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code pintrail analyze}. */
@Command(
        name = "analyze",
        header = "Finds wrong pins in traces and says since when, because of what, and whether the device used them.",
        description = "%nSeveral traces make one report; hosts are told apart by what the traces say of themselves.%n",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nothing wrong", "1:there are findings", "2:bad input or usage, or DIR cannot be written"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  pintrail analyze host1.ptl                            a summary on the terminal",
            "  pintrail analyze --out report/ host1.ptl host2.ptl    the report of two hosts",
            "  pintrail analyze --json host1.ptl | jq .findings      for programs"
        })
final class AnalyzeCommand implements Callable<Integer> {
    @ParentCommand
    private Pintrail pintrail;

    @Parameters(
            paramLabel = "TRACE",
            arity = "1..*",
            description = "Trace files (.ptl or JSON lines), - for standard input.")
    private List<String> traces;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write report.html, findings.json, regions.csv, findings.csv and charts there.")
    private Path directory;

    @Option(names = "--json", description = "Print findings.json instead of the summary.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Terminal terminal = pintrail.terminal();
        Report report = analyze(terminal);
        if (directory != null) {
            ReportWriter.write(report, directory);
        }
        if (json) {
            FindingsJson.write(report, terminal.stdout());
        } else {
            TextSummary.write(report, terminal.colours(), terminal.out());
            if (directory != null) {
                terminal.out()
                        .append("\nReport    ")
                        .append(directory.resolve("report.html").toString())
                        .append('\n');
            }
        }
        return report.result().findings().isEmpty() ? 0 : Pintrail.WRONG;
    }

    private Report analyze(Terminal terminal) throws Exception {
        Analysis analysis = new Analysis(AnalysisOptions.DEFAULT, null);
        List<Report.TraceFile> files = new ArrayList<>();
        Set<String> given = new HashSet<>();
        for (String trace : traces) {
            if (!given.add(trace)) {
                throw new UserError(trace + ": given twice; name each trace once");
            }
            TraceInput input = new TraceInput(trace);
            input.driveInOrder(analysis, terminal);
            input.reportDamage(terminal);
            files.add(new Report.TraceFile(input.name(), List.copyOf(input.damage())));
        }
        Optional<WhatIfTotals> whatIf = directory == null ? Optional.empty() : Optional.of(whatIf(traces, terminal));
        return new Report(files, analysis.finish(), Version.text(), whatIf);
    }

    /** Reads the traces once more: a stream cannot be, and its report goes without. */
    static WhatIfTotals whatIf(List<String> traces, Terminal terminal) throws IOException {
        WhatIfTotals totals = new WhatIfTotals();
        for (String trace : traces) {
            TraceInput input = new TraceInput(trace);
            if (input.size() > 0) {
                input.drive(new WhatIf(totals), terminal);
            }
        }
        return totals;
    }
}
