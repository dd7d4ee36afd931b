// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.trace.synthetic.SyntheticConfig;
import io.pintrail.trace.synthetic.SyntheticTrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** How fast one thread reads and writes: {@code PINTRAIL_BENCH=1 mvn test -pl collectors -Dtest=SpeedTest}. */
@EnabledIfEnvironmentVariable(named = "PINTRAIL_BENCH", matches = "1", disabledReason = "a measurement, on request")
class SpeedTest {
    /** 14 million events, a third of them faults, a third mappings, a third accesses; 1 million scattered pages. */
    private static final SyntheticConfig LARGE = new SyntheticConfig(7, 1, 8, 8, 16384, true, 0.05, 200_000, true);

    private static final int ROUNDS = 7;

    private static final class Counter extends EventRouter {
        private static final TraceVisitor NOBODY = new TraceVisitor() {};
        private long events;

        @Override
        protected TraceVisitor to(int kind, long time) {
            events++;
            return NOBODY;
        }
    }

    @TempDir
    private Path dir;

    @Test
    void readAndWrite() throws IOException {
        long events = best("generate", new SyntheticTrace(LARGE));
        for (boolean compress : new boolean[] {false, true}) {
            String how = compress ? "zstd" : "plain";
            Path file = dir.resolve(how + ".ptl");
            best("write " + how, events, visitor -> {
                try (TraceWriter writer = new TraceWriter(Files.newOutputStream(file), RecordingId.NONE, compress)) {
                    new SyntheticTrace(LARGE).drive(writer);
                }
            });
            assertThat(best("read " + how, TraceFiles.open(file, damage -> {}))).isEqualTo(events);
            assertThat(best("read in order " + how, TimeOrder.of(TraceFiles.open(file, damage -> {}))))
                    .isEqualTo(events);
        }
    }

    private static long best(String what, Source source) throws IOException {
        return best(what, 0, source);
    }

    /** @param written events that the source does not deliver but write */
    private static long best(String what, long written, Source source) throws IOException {
        long events = written;
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            Counter counter = new Counter();
            long start = System.nanoTime();
            source.drive(counter);
            best = Math.min(best, (System.nanoTime() - start) / 1e9);
            events = written + counter.events;
        }
        System.out.printf("%-20s %8.3f s, %5.1f million events/s%n", what, best, events / best / 1e6);
        return events;
    }
}
