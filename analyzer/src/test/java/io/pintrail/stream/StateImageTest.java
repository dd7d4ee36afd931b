// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pintrail.analysis.AnalysisResult;
import io.pintrail.trace.DecodingSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An analysis that is kept and read again after every batch says at the end what one says that never stopped. */
class StateImageTest {
    private static final WatchOptions KEEPING = WatchOptions.DEFAULT.keeping(id -> 0);

    static List<Path> traces() throws IOException {
        return Recorded.samples();
    }

    @ParameterizedTest
    @MethodSource("traces")
    void anInterruptedAnalysisSaysTheSame(Path trace) throws IOException {
        assertThat(interrupted(Recorded.of(trace))).isEqualTo(Recorded.of(trace).offline());
    }

    @Test
    void alsoInTheMiddleOfThousandsOfPages() throws IOException {
        assertThat(interrupted(Recorded.synthetic()))
                .isEqualTo(Recorded.synthetic().offline());
    }

    @Test
    void alsoWhereAccessesAreMissing() throws IOException {
        Recorded lossy = Recorded.synthetic().withAccessesLost();
        AnalysisResult result = interrupted(lossy);
        assertThat(result).isEqualTo(lossy.offline());
        assertThat(result.findings()).isNotEmpty().noneMatch(f -> f.usedAfter().complete());
    }

    private static AnalysisResult interrupted(Recorded recorded) {
        RecordingState state = new RecordingState(recorded.id(), KEEPING);
        for (Recorded.Batch batch : recorded.batches()) {
            state = StateImage.read(StateImage.of(state), RecordingState.class);
            state.analysis.changed();
            state.apply(new DecodingSink(state.analysis), batch.header(), batch.bytes());
        }
        state.close(true);
        return state.analysis.finish();
    }

    @Test
    void whatIsNoImageIsRefused() {
        byte[] image = StateImage.of(new RecordingState(Recorded.synthetic().id(), KEEPING));
        image[image.length / 2] ^= 0x55;
        assertThatThrownBy(() -> StateImage.read(image, RecordingState.class)).isInstanceOf(StateException.class);
        assertThatThrownBy(() -> StateImage.of(new Thread())).isInstanceOf(StateException.class);
    }
}
