// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.HostSummary;
import io.pintrail.broker.EmbeddedBroker;
import io.pintrail.report.Report;
import io.pintrail.report.ReportWriter;
import io.pintrail.report.TextSummary;
import io.pintrail.ship.ClientConfig;
import io.pintrail.ship.Shipper;
import io.pintrail.ship.Topics;
import io.pintrail.stream.Watch;
import io.pintrail.stream.WatchOptions;
import io.pintrail.trace.BatchHeader;
import io.pintrail.trace.BatchSink;
import io.pintrail.trace.Damage;
import io.pintrail.trace.RecordingId;
import io.pintrail.trace.TraceFiles;
import io.pintrail.trace.TraceReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code pintrail demo}. */
@Command(
        name = "demo",
        header = "Streams real traces of several kernels through an embedded Kafka broker and reports what it saw.",
        description = {
            "%nShips each trace as a host of its own, watches them as pintrail watch does, prints findings as they come"
                    + " and writes the report that analyze writes of the same traces.%n"
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nothing wrong", "1:there are findings", "2:bad input or usage, or DIR cannot be written"})
final class DemoCommand implements Callable<Integer> {
    /** Of each kernel: nothing wrong, wrong everywhere, wrong on 5.10 only. */
    private static final List<String> SAMPLES = List.of("healthy.ptl", "munmap-mmap.ptl", "mprotect-cycle.ptl");

    private static final int PARTITIONS = 4;
    private static final long SILENT_S = 20;
    private static final long LIMIT_S = 300;

    @ParentCommand
    private Pintrail pintrail;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "report",
            description = "Where to write report.html and the rest. Default: ${DEFAULT-VALUE}.")
    private Path directory;

    @Option(
            names = "--kernel",
            paramLabel = "K",
            description =
                    "Boot this kernel of the lab (5.10, 6.1, 6.12, 7.2) under QEMU, record it and follow it live.")
    private String kernel;

    @Parameters(paramLabel = "TRACE", arity = "0..*", description = "Traces (.ptl) in place of the samples.")
    private List<Path> traces = new ArrayList<>();

    /** Closed recordings by their place among all. */
    private final Map<Integer, Analysis> closed = new ConcurrentSkipListMap<>();

    private final Map<RecordingId, Integer> places = new LinkedHashMap<>();

    @Override
    public Integer call() throws Exception {
        Terminal terminal = pintrail.terminal();
        if (kernel != null) {
            if (!traces.isEmpty()) {
                throw new UserError("--kernel: records a trace of its own; drop it, or the traces");
            }
            return new LiveDemo(sourceTree(), kernel, directory).run(terminal);
        }
        if (traces.isEmpty()) {
            traces = samples();
        }
        for (Path trace : traces) {
            place(trace);
        }
        List<Report.TraceFile> files = new ArrayList<>();
        try (EmbeddedBroker broker = EmbeddedBroker.temporary(0)) {
            terminal.err().println("pintrail: Kafka broker at " + broker.address());
            ClientConfig config = new ClientConfig(broker.address(), null);
            WatchOptions options = WatchOptions.DEFAULT.keeping(places::get).silentAfter(Duration.ofSeconds(SILENT_S));
            WatchLines lines = new Collector(new PrintWriter(terminal.out()));
            try (Watch watch = new Watch(config, options, PARTITIONS, new JsonFormat(), lines)) {
                watch.start();
                for (Path trace : traces) {
                    files.add(ship(trace, config, terminal));
                }
                await(watch);
            }
        }
        return report(files, List.copyOf(closed.values()), directory, terminal);
    }

    static int report(List<Report.TraceFile> files, List<Analysis> analyses, Path directory, Terminal terminal)
            throws IOException {
        List<String> traces = files.stream().map(Report.TraceFile::name).toList();
        Report report = new Report(
                files, Analysis.finish(analyses), Version.text(), Optional.of(AnalyzeCommand.whatIf(traces, terminal)));
        ReportWriter.write(report, directory);
        terminal.out().append('\n');
        TextSummary.write(report, terminal.colours(), terminal.out());
        terminal.out()
                .append("\nReport    ")
                .append(directory.resolve("report.html").toString())
                .append('\n');
        return report.result().findings().isEmpty() ? 0 : Pintrail.WRONG;
    }

    /** In which this program was built: the samples and the lab lie there. */
    private static Path sourceTree() throws UserError, URISyntaxException {
        Path here = Path.of(Pintrail.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        while (here != null && !Files.isDirectory(here.resolve("sample-traces"))) {
            here = here.getParent();
        }
        if (here == null) {
            throw new UserError("no sample-traces directory beside this program; name traces");
        }
        return here;
    }

    private static List<Path> samples() throws UserError, IOException, URISyntaxException {
        try (Stream<Path> found = Files.walk(sourceTree().resolve("sample-traces"), 2)) {
            Path current = Path.of("").toAbsolutePath();
            return found.filter(f -> SAMPLES.contains(f.getFileName().toString()))
                    .sorted()
                    .map(f -> f.startsWith(current) ? current.relativize(f) : f)
                    .toList();
        }
    }

    /** Gives the recordings of a trace their places in the report. */
    private void place(Path trace) throws IOException {
        try (InputStream in = TraceFiles.input(trace)) {
            new TraceReader(trace.toString(), in, damage -> {}).driveBatches(new BatchSink() {
                @Override
                public void batch(BatchHeader header, long missing, byte[] bytes, int from, int length) {
                    places.putIfAbsent(header.id(), places.size());
                }
            });
        }
    }

    private static Report.TraceFile ship(Path trace, ClientConfig config, Terminal terminal) throws IOException {
        List<Damage> damage = new ArrayList<>();
        Shipper.Options options = new Shipper.Options(config, Topics.BATCHES, PARTITIONS, null, 0);
        try (Shipper shipper = new Shipper(options, line -> terminal.err().println("pintrail: " + line));
                InputStream in = TraceFiles.input(trace)) {
            shipper.ship(trace.toString(), in, false, damage::add);
            shipper.finish(Duration.ofSeconds(LIMIT_S).toMillis());
        }
        return new Report.TraceFile(trace.toString(), damage);
    }

    private void await(Watch watch) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(LIMIT_S).toNanos();
        while (closed.size() < places.size()) {
            if (watch.stopped().isDone()) {
                try {
                    watch.stopped().get();
                } catch (ExecutionException e) {
                    throw new UserError("watch: " + e.getCause().getMessage());
                }
            }
            if (System.nanoTime() - end > 0) {
                throw new UserError("the traces have not come through Kafka within " + LIMIT_S + " s");
            }
            Thread.sleep(20);
        }
    }

    /** Prints, and keeps what the report is made of. */
    private final class Collector extends WatchLines {
        Collector(PrintWriter out) {
            super(out);
        }

        @Override
        public void closed(RecordingId id, HostSummary host, Analysis analysis, boolean silent) {
            super.closed(id, host, analysis, silent);
            closed.put(places.get(id), analysis);
        }
    }
}
