// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.report.InfoJson;
import io.pintrail.report.InfoText;
import io.pintrail.trace.TraceInfo;
import io.pintrail.trace.TraceInfoCollector;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code pintrail info}. */
@Command(
        name = "info",
        header = "Says what a trace holds, what was lost and which probes were missing.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done, also for a damaged trace", "2:bad input or usage"},
        footerHeading = "%nExamples:%n",
        footer = {"  pintrail info host1.ptl", "  pintrail info --json host1.ptl | jq '.recordings[].marks'"})
final class InfoCommand implements Callable<Integer> {
    @ParentCommand
    private Pintrail pintrail;

    @Parameters(paramLabel = "TRACE", description = "A trace file (.ptl or JSON lines), - for standard input.")
    private String trace;

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Terminal terminal = pintrail.terminal();
        TraceInput input = new TraceInput(trace);
        TraceInfoCollector collector = new TraceInfoCollector();
        input.drive(collector, terminal);
        TraceInfo info = collector.finish(input.name(), input.size(), input.damage());
        if (json) {
            InfoJson.write(info, terminal.stdout());
        } else {
            InfoText.write(info, terminal.out());
        }
        return 0;
    }
}
