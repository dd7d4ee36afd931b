// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code pintrail ship} from its arguments to its exit code, with a real broker. */
@Timeout(120)
class ShipCommandTest {
    @TempDir
    private Path directory;

    @Test
    void aTraceIsDeliveredAndCounted() throws IOException {
        Path metrics = directory.resolve("ship.prom");
        Path data = directory.resolve("broker");
        Run run = Run.pintrail(
                "ship", "--embedded-data", data, "--metrics", metrics, "--topic", "t", Traces.broken(directory));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("embedded broker at 127.0.0.1:", " bytes delivered to t");
        assertThat(metrics).content().contains("pintrail_ship_dropped_batches_total 0\n", "# EOF");
        assertThat(data.resolve("t-0")).isDirectory();
    }

    @Test
    void withoutABrokerTheSpoolKeepsIt() throws IOException {
        Path spool = directory.resolve("spool");
        Path trace = Traces.broken(directory);
        Run run = Run.pintrail("ship", "--brokers", "127.0.0.1:1", "--spool", spool, trace);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(" bytes left in " + spool);
        assertThat(Run.pintrail("info", spool.resolve("1000000000.ptl")).code()).isZero();
    }

    @Test
    void badUsageIsOneLine() throws IOException {
        Path bad = Files.writeString(directory.resolve("bad"), "security.protocol=NONE_SUCH\n");
        Path trace = Traces.healthy(directory);
        one(Run.pintrail("ship", trace), "--brokers");
        one(Run.pintrail("ship", "--brokers", "127.0.0.1:1", directory.resolve("none.ptl")), "no such file");
        one(Run.pintrail("ship", "--brokers", "127.0.0.1:1", "--config", bad, trace), "NONE_SUCH");
        one(
                Run.pintrail("ship", "--brokers", "127.0.0.1:1", "--config", directory.resolve("no"), trace),
                "no such file");
        one(Run.pintrail("ship", "--brokers", "127.0.0.1:1", "--spool-limit", "64Q", trace), "64Q");
        one(Run.pintrail("ship", "--brokers", "no_port", trace), "no_port");
    }

    private static void one(Run run, String says) {
        assertThat(run.code()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).startsWith("pintrail: ").contains(says).hasLineCount(1);
    }
}
