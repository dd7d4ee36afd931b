// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.report.SafeFile;
import io.pintrail.trace.RecordingId;
import io.pintrail.trace.TraceWriter;
import io.pintrail.trace.synthetic.SyntheticConfig;
import io.pintrail.trace.synthetic.SyntheticTrace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code pintrail synth}. */
@Command(
        name = "synth",
        header = "Makes a trace of any size from a seed, for benchmarks and for trying things out.",
        description =
                "%nNo recorder is involved: the same options make the same trace to the byte. Every region is pinned"
                        + " (mark pinned), loses the frames of some pages (mark stale), then lives on under faults,"
                        + " mappings that hit or miss pinned pages, and device accesses (mark worked).%n",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:bad usage, or OUT cannot be written"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  pintrail synth --stale 0 healthy.ptl            2 MiB in 32 regions",
            "  pintrail synth --regions 64 --pages 65536 big.ptl    64 GiB scattered",
            "  pintrail synth --contiguous --pages 8388608 1tib.ptl    1 TiB"
        })
final class SynthCommand implements Callable<Integer> {
    @ParentCommand
    private Pintrail pintrail;

    @Parameters(paramLabel = "OUT", description = "A .ptl file, - for standard output.")
    private String out;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--hosts",
            paramLabel = "N",
            defaultValue = "1",
            description = "Each is a recording of its own. Default: ${DEFAULT-VALUE}.")
    private int hosts;

    @Option(
            names = "--processes",
            paramLabel = "N",
            defaultValue = "4",
            description = "Per host. Default: ${DEFAULT-VALUE}.")
    private int processes;

    @Option(
            names = "--regions",
            paramLabel = "N",
            defaultValue = "8",
            description = "Per process. Default: ${DEFAULT-VALUE}.")
    private int regions;

    @Option(
            names = "--pages",
            paramLabel = "N",
            defaultValue = "16",
            description = "Of 4 KiB, per region. Default: ${DEFAULT-VALUE}.")
    private long pages;

    @Option(
            names = "--contiguous",
            description = "The frames of a region are one stretch; else no two neighbouring pages have neighbouring"
                    + " frames.")
    private boolean contiguous;

    @Option(
            names = "--stale",
            paramLabel = "FRACTION",
            defaultValue = "0.01",
            description = "Of the pages that lose their frame, 0 to 1. Default: ${DEFAULT-VALUE}.")
    private double stale;

    @Option(
            names = "--activity",
            paramLabel = "N",
            defaultValue = "200",
            description = "Events per region after that. Default: ${DEFAULT-VALUE}.")
    private long activity;

    @Option(names = "--teardown", description = "Deregister everything and end the processes after the last mark.")
    private boolean teardown;

    @Option(names = "--compress", description = "Compress the batches (zstd).")
    private boolean compress;

    @Override
    public Integer call() throws Exception {
        SyntheticTrace trace = new SyntheticTrace(config());
        if (out.equals("-")) {
            write(trace, new Unclosed(pintrail.terminal().stdout()));
        } else {
            try (SafeFile file = SafeFile.create(Path.of(out))) {
                write(trace, new Unclosed(file.stream()));
                file.commit();
            }
        }
        return 0;
    }

    private SyntheticConfig config() throws UserError {
        try {
            return new SyntheticConfig(seed, hosts, processes, regions, pages, !contiguous, stale, activity, teardown);
        } catch (IllegalArgumentException e) {
            throw new UserError(e.getMessage() + "; try: pintrail synth --help");
        }
    }

    private void write(SyntheticTrace trace, OutputStream bytes) throws IOException {
        try (TraceWriter writer = new TraceWriter(bytes, RecordingId.NONE, compress)) {
            trace.drive(writer);
        }
    }
}
