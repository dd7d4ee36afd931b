// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.analysis.Finding;
import io.pintrail.trace.DecodingSink;
import io.pintrail.trace.RecordingId;
import io.pintrail.trace.TraceWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A finding that was settled, and published, is said anew when the trace tells later that it lacks accesses. */
class LateLossTest {
    /** A region is stale for some time and gone when the loss of that time is told, each in a batch of its own. */
    private static Recorded recorded() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TraceWriter writer = new TraceWriter(bytes, RecordingId.NONE, false)) {
            writer.registerBegin(1_000, 5, 5, 1, 1, 1, "rxe0", 10 << 12, 2 << 12, 10 << 12, 7);
            writer.umemBegin(2_000, 5, 5, 1, 1, 1, 10 << 12, 2 << 12, 7);
            writer.pinBegin(3_000, 5, 5, 1, 1, 1, 1, 1, 10, 2, 13, 0);
            writer.pinPages(4_000, 5, 5, 1, 10, 2, 50, 1, 1);
            writer.umemEnd(6_000, 5, 5, 1, 0);
            writer.registerEnd(7_000, 5, 5, 1, 0, 0xabc, 0xabc);
            writer.flush();
            writer.map(8_000, 5, 5, 1, 1, 0, 11, 1, 99, 1, 1);
            writer.deregister(9_000, 5, 5, 1, 0);
            writer.flush();
            writer.accessesLost(10_000, 0, 0, 3, 1_500);
            writer.flush();
        }
        return Recorded.of("late loss", bytes.toByteArray());
    }

    @Test
    void theLastThatIsSaidIsWhatOfflineAnalysisSays() throws IOException {
        Recorded recorded = recorded();
        RecordingState state = new RecordingState(recorded.id(), WatchOptions.DEFAULT);
        List<SettledFinding> taken = new ArrayList<>();
        for (Recorded.Batch batch : recorded.batches()) {
            state = StateImage.read(StateImage.of(state), RecordingState.class);
            state.apply(new DecodingSink(state.analysis), batch.header(), batch.bytes());
            taken.addAll(state.takeFindings(taken.size()));
        }
        assertThat(taken).extracting(SettledFinding::again).containsExactly(false, true);
        assertThat(taken).extracting(t -> t.finding().id()).containsOnly(id(recorded));
        assertThat(taken.get(0).finding().usedAfter().complete()).isTrue();
        assertThat(recorded.offline().findings())
                .containsExactly(taken.get(1).finding())
                .noneMatch(finding -> finding.usedAfter().complete());
    }

    private static String id(Recorded recorded) {
        Finding only = recorded.offline().findings().get(0);
        return only.id();
    }
}
