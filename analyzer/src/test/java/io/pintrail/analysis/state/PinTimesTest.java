// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PinTimesTest {
    private static final int PAGES = 300;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void keepsTheTimeOfTheLastPinOfEachPage(long seed) {
        Random random = new Random(seed);
        PinTimes times = new PinTimes();
        long[] naive = new long[PAGES];
        for (int step = 1; step < 200; step++) {
            int from = random.nextInt(PAGES);
            int to = from + 1 + random.nextInt(PAGES - from);
            times.put(from, to, step);
            for (int i = from; i < to; i++) {
                naive[i] = step;
            }
            for (int i = 0; i < PAGES; i++) {
                if (naive[i] != 0) {
                    assertThat(times.at(i)).isEqualTo(naive[i]);
                }
            }
        }
    }
}
