// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.report.SafeFile;
import io.pintrail.trace.JsonLinesWriter;
import io.pintrail.trace.RecordingId;
import io.pintrail.trace.TraceWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code pintrail convert}. */
@Command(
        name = "convert",
        header = "Converts a trace between formats.",
        description =
                "%nIN may be any format; the format of OUT comes from its name, .ptl or .jsonl, or from --to. What is"
                        + " damaged in IN is passed over and told on standard error.%n",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:bad input or usage, or OUT cannot be written"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  pintrail convert host1.ptl host1.jsonl",
            "  pintrail convert host1.ptl - --to jsonl | grep '\"mark\"'",
            "  pintrail convert --compress host1.ptl small.ptl"
        })
final class ConvertCommand implements Callable<Integer> {
    enum Format {
        ptl,
        jsonl
    }

    @ParentCommand
    private Pintrail pintrail;

    @Parameters(index = "0", paramLabel = "IN", description = "A trace file, - for standard input.")
    private String in;

    @Parameters(index = "1", paramLabel = "OUT", description = "A file, - for standard output.")
    private String out;

    @Option(names = "--to", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES}, whatever OUT is called.")
    private Format to;

    @Option(names = "--compress", description = "With .ptl: compress the batches (zstd).")
    private boolean compress;

    @Override
    public Integer call() throws Exception {
        Format format = format();
        Terminal terminal = pintrail.terminal();
        TraceInput input = new TraceInput(in);
        if (out.equals("-")) {
            write(input, format, new Unclosed(terminal.stdout()), terminal);
        } else {
            try (SafeFile file = SafeFile.create(Path.of(out))) {
                write(input, format, new Unclosed(file.stream()), terminal);
                file.commit();
            }
        }
        input.reportDamage(terminal);
        return 0;
    }

    private Format format() throws UserError {
        if (to != null) {
            return to;
        }
        String name = out.toLowerCase(Locale.ROOT);
        if (name.endsWith(".ptl")) {
            return Format.ptl;
        }
        if (name.endsWith(".jsonl") || name.endsWith(".json") || name.endsWith(".ndjson")) {
            return Format.jsonl;
        }
        throw new UserError(out + ": no format has this name; call it .ptl or .jsonl, or add --to ptl or --to jsonl");
    }

    private void write(TraceInput input, Format format, OutputStream bytes, Terminal terminal) throws IOException {
        if (format == Format.ptl) {
            try (TraceWriter writer = new TraceWriter(bytes, RecordingId.NONE, compress)) {
                input.drive(writer, terminal);
            }
        } else {
            try (JsonLinesWriter writer = new JsonLinesWriter(bytes)) {
                input.drive(writer, terminal);
            }
        }
    }
}
