// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import io.pintrail.ship.ClientConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An instance in a process of its own, which can be killed. */
final class WatchProcess {
    private final Process process;

    WatchProcess(String brokers, WatchOptions options) throws IOException {
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        WatchProcess.class.getName(),
                        brokers,
                        options.batches(),
                        options.applicationId(),
                        "" + options.snapshotBytes()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] args) throws Exception {
        WatchOptions options = WatchOptions.DEFAULT.of(args[1], args[2]).snapshotBytes(Integer.parseInt(args[3]));
        ClientConfig config = new ClientConfig(args[0], null);
        try (Watch watch = new Watch(config, options, Cluster.PARTITIONS, new TextFormat(), new WatchListener() {})) {
            watch.start();
            watch.stopped().get();
        }
    }

    /** As kill -9 does; nothing happens the second time. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
}
