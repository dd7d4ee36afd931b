// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.ship.Topics;
import io.pintrail.stream.Watch;
import io.pintrail.stream.WatchOptions;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
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
        footer = {"  pintrail watch --brokers kafka:9092", "  pintrail watch --embedded-data /var/lib/pintrail/broker"})
final class WatchCommand implements Callable<Integer> {
    @ParentCommand
    private Pintrail pintrail;

    @Mixin
    private Brokers brokers;

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
        try (Watch watch = new Watch(brokers.open(terminal), options, partitions, new JsonFormat(), lines)) {
            Runtime.getRuntime().addShutdownHook(new Thread(watch::close));
            watch.start();
            terminal.err().println("pintrail: watching " + topic);
            watch.stopped().get();
            return 0;
        } catch (ExecutionException e) {
            throw new UserError("watch: " + reason(e.getCause()) + "; nothing is lost, start it again");
        } finally {
            brokers.close();
        }
    }

    private static String reason(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage();
    }
}
