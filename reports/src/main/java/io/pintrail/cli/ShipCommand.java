// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.ship.ClientConfig;
import io.pintrail.ship.ShipMetrics;
import io.pintrail.ship.Shipper;
import io.pintrail.ship.Topics;
import io.pintrail.trace.TraceFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code pintrail ship}. */
@Command(
        name = "ship",
        header = "Sends a trace to Kafka, batch by batch as it stands, while it is being written if need be.",
        description = {
            "%nOne batch is one record, keyed by host id; sending twice does no harm. While no broker answers, batches"
                    + " are held back in memory and then in the spool; without a spool the source waits. What does not"
                    + " fit into the spool is dropped, said on standard error and counted, and the analysis reports the"
                    + " gap.%n"
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all is delivered", "2:bad input or usage, or batches that were not delivered"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  pintrail-record -o - | pintrail ship --brokers kafka:9092 --spool /var/spool/pintrail",
            "  pintrail ship --brokers kafka:9093 --config client.properties --follow host.ptl"
        })
final class ShipCommand implements Callable<Integer> {
    private static final long STOP_MS = 10_000;
    private static final long METRICS_MS = 5_000;

    @ParentCommand
    private Pintrail pintrail;

    @Mixin
    private Brokers brokers;

    @Option(
            names = "--topic",
            paramLabel = "T",
            defaultValue = Topics.BATCHES,
            description = "Made if missing. Default: ${DEFAULT-VALUE}.")
    private String topic;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "" + Topics.PARTITIONS,
            description = "Of the topic where it is made. Default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(names = "--follow", description = "At the end of FILE wait for more, until the recording in it ends.")
    private boolean follow;

    @Option(
            names = "--spool",
            paramLabel = "DIR",
            description = "Holds what the brokers do not take at once, over restarts too.")
    private Path spool;

    @Option(
            names = "--spool-limit",
            paramLabel = "BYTES",
            defaultValue = "256M",
            converter = ByteSize.class,
            description = "In the spool at most, such as 64M or 2G. Default: ${DEFAULT-VALUE}.")
    private long spoolLimit;

    @Option(
            names = "--metrics",
            paramLabel = "FILE",
            description = "Write counters there every 5 s (OpenMetrics), for node_exporter's textfile collector.")
    private Path metrics;

    @Parameters(paramLabel = "FILE", arity = "0..1", defaultValue = "-", description = "A .ptl, or - for a pipe.")
    private String file;

    private final CountDownLatch done = new CountDownLatch(1);

    @Override
    public Integer call() throws Exception {
        Terminal terminal = pintrail.terminal();
        if (follow && file.equals("-")) {
            throw new UserError("--follow: needs a FILE; a pipe is followed anyway");
        }
        CompletableFuture<Shipper> opened = new CompletableFuture<>();
        OnSignal signal = new OnSignal(Duration.ofMillis(STOP_MS), () -> stop(opened, terminal));
        try {
            ClientConfig config = brokers.open(terminal);
            Shipper.Options options = new Shipper.Options(config, topic, partitions, spool, spoolLimit);
            try (Shipper shipper = new Shipper(options, line -> say(terminal, line))) {
                opened.complete(shipper);
                return ship(shipper, terminal);
            }
        } finally {
            done.countDown();
            brokers.close();
            signal.close();
        }
    }

    private int ship(Shipper shipper, Terminal terminal) throws IOException {
        Thread writer = metrics == null ? null : new Thread(() -> metrics(shipper.metrics(), terminal));
        if (writer != null) {
            writer.setDaemon(true);
            writer.start();
        }
        try (InputStream in = file.equals("-") ? System.in : TraceFiles.input(Path.of(file))) {
            shipper.ship(file.equals("-") ? "standard input" : file, in, follow, d -> say(terminal, d.toString()));
        }
        boolean delivered = shipper.finish(spool == null ? Long.MAX_VALUE / 2_000_000 : STOP_MS);
        ShipMetrics sent = shipper.metrics();
        say(
                terminal,
                sent.deliveredBatches() + " batches, " + sent.deliveredBytes() + " bytes delivered to " + topic
                        + left(sent));
        if (metrics != null) {
            write(sent, terminal);
        }
        return delivered && sent.droppedBatches() == 0 ? 0 : Pintrail.BAD_INPUT;
    }

    /** On SIGTERM or Ctrl-C the recorder at the other end of a pipe is ending too: its last batches are waited for. */
    private void stop(CompletableFuture<Shipper> opened, Terminal terminal) {
        try {
            Shipper shipper = opened.get(STOP_MS, TimeUnit.MILLISECONDS);
            shipper.stopReading();
            if (!done.await(STOP_MS, TimeUnit.MILLISECONDS)) {
                shipper.close();
                ShipMetrics sent = shipper.metrics();
                say(
                        terminal,
                        "stopped by a signal while the source goes on; " + sent.deliveredBatches()
                                + " batches delivered to " + topic + left(sent));
                OnSignal.code(sent.heldBytes() == 0 && sent.droppedBatches() == 0 ? 0 : Pintrail.BAD_INPUT);
            }
        } catch (InterruptedException | ExecutionException | TimeoutException | IOException e) {
            Thread.currentThread().interrupt(); // the process ends anyway
        }
    }

    /** What was not delivered, for the end of a message. */
    private String left(ShipMetrics sent) {
        if (sent.heldBytes() == 0) {
            return "";
        }
        return "; " + sent.heldBytes() + " bytes " + (spool == null ? "lost, for want of --spool" : "left in " + spool);
    }

    private void metrics(ShipMetrics values, Terminal terminal) {
        try {
            while (write(values, terminal)) {
                Thread.sleep(METRICS_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Written beside and renamed, so that nobody reads half a file. */
    private synchronized boolean write(ShipMetrics values, Terminal terminal) {
        try {
            Path whole = metrics.resolveSibling(metrics.getFileName() + ".new");
            Files.write(whole, values.openMetrics().getBytes(StandardCharsets.UTF_8));
            Files.move(whole, metrics, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException e) {
            say(terminal, metrics + ": " + UserError.reason(e) + "; no metrics are written");
            return false;
        }
    }

    private static void say(Terminal terminal, String line) {
        terminal.err().println("pintrail: " + line);
    }
}
