// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.trace.synthetic.SyntheticConfig;
import io.pintrail.trace.synthetic.SyntheticTrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a trace says it holds. */
class TraceInfoTest {
    @TempDir
    private Path dir;

    private TraceInfo info(byte[] ptl) throws IOException {
        return TraceInfoCollector.of(Files.write(dir.resolve("t.ptl"), ptl));
    }

    @Test
    void hostsRegionsAndMarksAreCounted() throws IOException {
        SyntheticConfig config = new SyntheticConfig(5, 2, 3, 4, 10, true, 0.1, 30, true);
        TraceInfo info = info(Lines.ptl(new SyntheticTrace(config), RecordingId.NONE, false));
        assertThat(info.damage()).isEmpty();
        assertThat(info.recordings()).hasSize(2).allSatisfy(recording -> {
            assertThat(recording.regions()).isEqualTo(12);
            assertThat(recording.endedInOrder()).isTrue();
            assertThat(recording.marks()).extracting(TraceInfo.Mark::text).containsExactly("pinned", "stale", "worked");
            assertThat(recording.eventsPerKind())
                    .containsEntry("PIN_PAGES", 120L)
                    .containsEntry("EXIT", 3L);
            assertThat(recording.lastTime()).isGreaterThan(recording.firstTime());
        });
        assertThat(info.recordings())
                .extracting(r -> r.host().hostname())
                .containsExactly("synthetic-0", "synthetic-1");
    }

    @Test
    void lossesAndDamageAreCounted() throws IOException {
        byte[] ptl = Lines.vector("events.ptl");
        TraceInfo.Recording whole = info(ptl).recordings().get(0);
        assertThat(whole.lostEvents()).isEqualTo(1 + 0xffff_ffffL);
        assertThat(whole.batches()).isEqualTo(3);
        assertThat(whole.probes()).filteredOn(TraceInfo.Probe::missing).hasSize(1);
        ptl[ptl.length - 1] ^= 1;
        TraceInfo torn = info(ptl);
        assertThat(torn.damage()).hasSize(1);
        assertThat(torn.recordings().get(0).endedInOrder()).isFalse();
    }
}
