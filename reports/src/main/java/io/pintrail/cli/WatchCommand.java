// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.live.LivePage;
import io.pintrail.ship.ClientConfig;
import io.pintrail.ship.Topics;
import io.pintrail.stream.Watch;
import io.pintrail.stream.WatchListener;
import io.pintrail.stream.WatchOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code pintrail watch}. */
@Command(
        name = "watch",
        header = "Follows the batches in Kafka and publishes findings while the regions live.",
        description = {
            "%nA Kafka Streams application: start as many instances with one --application-id as there is work for; an"
                    + " instance that dies is replaced by the others, and nothing is published twice. Findings, regions"
                    + " and hosts go to topics of their own (docs/kafka.md); findings are also printed, one line"
                    + " each.%n"
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:stopped by a signal", "2:bad usage, or Kafka does not let it work"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  pintrail watch --brokers kafka:9092",
            "  pintrail watch --brokers kafka:9092 --http 127.0.0.1:8080",
            "  pintrail watch --embedded-data /var/lib/pintrail/broker"
        })
final class WatchCommand implements Callable<Integer> {
    /** For the instance to leave its group and an embedded broker to write what it holds. */
    private static final Duration STOP = Duration.ofSeconds(60);

    @ParentCommand
    private Pintrail pintrail;

    @Mixin
    private Brokers brokers;

    @Mixin
    private HttpOption http;

    @Option(
            names = "--topic",
            paramLabel = "T",
            defaultValue = Topics.BATCHES,
            description = "With the batches. Default: ${DEFAULT-VALUE}.")
    private String topic;

    @Option(
            names = "--application-id",
            paramLabel = "ID",
            defaultValue = "pintrail-watch",
            description = "Instances with the same one share the work; a new one starts from the oldest batch. Default:"
                    + " ${DEFAULT-VALUE}.")
    private String applicationId;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "" + Topics.PARTITIONS,
            description = "Of topics that are made. Default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(
            names = "--silent-after",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "A host from which nothing comes for that long is closed. Default: ${DEFAULT-VALUE}.")
    private long silentAfter;

    @Override
    public Integer call() throws Exception {
        Terminal terminal = pintrail.terminal();
        WatchOptions options =
                WatchOptions.DEFAULT.of(topic, applicationId).silentAfter(Duration.ofSeconds(silentAfter));
        WatchLines lines = new WatchLines(new PrintWriter(terminal.out()));
        CompletableFuture<Void> stop = new CompletableFuture<>();
        OnSignal signal = new OnSignal(STOP, () -> stop.complete(null));
        try (LivePage page = http.open(terminal);
                Watch watch = watch(brokers.open(terminal), options, lines, page)) {
            watch.start();
            terminal.err().println("pintrail: watching " + topic);
            CompletableFuture.anyOf(stop, watch.stopped()).get();
            return 0;
        } catch (ExecutionException e) {
            throw new UserError("watch: " + reason(e.getCause()) + "; nothing is lost, start it again");
        } finally {
            brokers.close();
            signal.close();
        }
    }

    private Watch watch(ClientConfig config, WatchOptions options, WatchListener lines, LivePage page)
            throws IOException {
        WatchListener listener = page == null ? lines : page.listener(lines);
        Watch watch = new Watch(config, options, partitions, new JsonFormat(), listener);
        if (page != null) {
            page.follow(config, watch);
        }
        return watch;
    }

    private static String reason(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage();
    }
}
