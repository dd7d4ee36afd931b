// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeScaleTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, 999, 1_000_000, 123_456_789, 3_600_000_000_000L, 1L << 60, Long.MAX_VALUE - 5})
    void aFewRoundTicksWhateverTheSpan(long span) {
        TimeScale scale = TimeScale.of(5, 5, 5 + span);
        assertThat(scale.ticks(8)).hasSizeBetween(1, 8).allMatch(t -> t >= 5 && t <= 5 + Math.max(1, span));
        assertThat(scale.percent(5 + span)).isBetween(0.0, 100.0);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE - 1, Long.MAX_VALUE})
    void timesThatNoClockShowsStillMakeADrawing(long from) {
        for (long to : new long[] {from, 0, Long.MAX_VALUE}) {
            TimeScale scale = TimeScale.of(from, from, to);
            assertThat(scale.ticks(8)).hasSizeLessThan(9);
            assertThat(scale.percent(0)).isBetween(0.0, 100.0);
        }
    }

    @Test
    void labelsCountFromZeroNotFromTheDrawingsLeft() {
        TimeScale scale = TimeScale.of(1_000_000_000, 1_111_000_000, 1_132_000_000);
        assertThat(scale.ticks(8).stream().map(scale::label)).containsExactly("115 ms", "120 ms", "125 ms", "130 ms");
    }
}
