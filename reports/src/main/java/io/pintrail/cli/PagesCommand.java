// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.AnalysisOptions;
import io.pintrail.analysis.MarkListener;
import io.pintrail.report.PagesCsv;
import io.pintrail.report.Printable;
import io.pintrail.report.SafeFile;
import io.pintrail.trace.TraceVisitor;
import java.io.BufferedWriter;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code pintrail pages}. */
@Command(
        name = "pages",
        header = "Prints every page of every live region at a mark: the frame pinned, the frame mapped, the verdict.",
        description = {
            "%nCSV with the columns " + PagesCsv.HEADER
                    + "; lkey, va and frames are hexadecimal without 0x, mapped_pfn is"
                    + " - where nothing is mapped, and ? stands for what the trace cannot tell. A mark is what was"
                    + " written to trace_marker on the recorded host; its name is the whole text.%n"
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:bad input or usage, no such mark, or FILE cannot be written"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  pintrail pages host1.ptl                              at the end of the trace",
            "  pintrail pages --at after-store host1.ptl | grep -v OK",
            "  pintrail pages --all-marks --csv pages.csv host1.ptl"
        })
final class PagesCommand implements Callable<Integer> {
    private static final int MARKS_LISTED = 20;

    @ParentCommand
    private Pintrail pintrail;

    @Parameters(paramLabel = "TRACE", description = "A trace file (.ptl or JSON lines), - for standard input.")
    private String trace;

    @Option(names = "--at", paramLabel = "MARK", description = "At this mark; may be repeated. Default: end.")
    private List<String> at = List.of();

    @Option(names = "--all-marks", description = "At every mark of the trace.")
    private boolean allMarks;

    @Option(names = "--csv", paramLabel = "FILE", description = "Write to FILE instead of standard output.")
    private Path csv;

    @Override
    public Integer call() throws Exception {
        Terminal terminal = pintrail.terminal();
        TraceInput input = new TraceInput(trace);
        Set<String> wanted = new LinkedHashSet<>(at);
        if (wanted.isEmpty() && !allMarks) {
            wanted.add(MarkListener.END);
        }
        if (!input.isStandardInput()) {
            refuseUnknown(wanted, input, terminal);
        }
        if (csv == null) {
            run(wanted, input, terminal.out(), terminal);
        } else {
            toFile(wanted, input, terminal);
        }
        input.reportDamage(terminal);
        return 0;
    }

    /** Before anything is printed, so that a misspelt mark does not leave half of the rows behind. */
    private static void refuseUnknown(Set<String> wanted, TraceInput input, Terminal terminal) throws Exception {
        if (wanted.equals(Set.of(MarkListener.END)) || wanted.isEmpty()) {
            return;
        }
        Set<String> known = new LinkedHashSet<>();
        TraceVisitor marks = new TraceVisitor() {
            @Override
            public void mark(long time, int pid, int tid, CharSequence text) {
                known.add(text.toString());
            }
        };
        input.drive(marks, terminal);
        known.add(MarkListener.END);
        refuseUnknown(wanted, known, input);
    }

    private static void refuseUnknown(Set<String> wanted, Set<String> known, TraceInput input) throws UserError {
        for (String mark : wanted) {
            if (!known.contains(mark)) {
                String names = known.stream()
                        .limit(MARKS_LISTED)
                        .map(m -> Printable.of(m, 60))
                        .collect(Collectors.joining(", "));
                throw new UserError(input.name() + ": no mark \"" + mark + "\"; the trace has: " + names
                        + (known.size() > MARKS_LISTED ? ", … (" + known.size() + ")" : ""));
            }
        }
    }

    private void toFile(Set<String> wanted, TraceInput input, Terminal terminal) throws Exception {
        try (SafeFile file = SafeFile.create(csv);
                Writer out = new BufferedWriter(new OutputStreamWriter(file.stream(), StandardCharsets.UTF_8))) {
            run(wanted, input, out, terminal);
            out.flush();
            file.commit();
        }
    }

    private void run(Set<String> wanted, TraceInput input, Writer out, Terminal terminal) throws Exception {
        Set<String> seen = new LinkedHashSet<>();
        PagesCsv rows = new PagesCsv(out);
        Analysis analysis = new Analysis(AnalysisOptions.EVENTS_ONLY, (host, pid, mark, time, state) -> {
            seen.add(mark);
            boolean written = pid != 0 || !mark.equals(MarkListener.END);
            if (allMarks && written || wanted.contains(mark)) {
                rows.at(host, pid, mark, time, state);
            }
        });
        input.driveInOrder(analysis, terminal);
        analysis.finish();
        refuseUnknown(wanted, seen, input);
    }
}
