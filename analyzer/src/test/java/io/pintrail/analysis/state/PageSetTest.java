// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageSetTest {
    private static final int PAGES = 600;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behavesLikeABitSet(long seed) {
        Random random = new Random(seed);
        PageSet set = new PageSet();
        BitSet naive = new BitSet();
        for (int step = 0; step < 60; step++) {
            int from = random.nextInt(PAGES);
            int to = Math.min(PAGES, from + 1 + random.nextInt(8));
            set.add(from, to);
            naive.set(from, to);
            assertThat(set.pages()).isEqualTo(naive.cardinality());
            for (int i = 0; i < 100; i++) {
                int page = random.nextInt(PAGES);
                assertThat(set.contains(page)).isEqualTo(naive.get(page));
                int end = naive.get(page) ? naive.nextClearBit(page) : naive.nextSetBit(page);
                assertThat(set.stretch(page, PAGES)).isEqualTo(end < 0 ? PAGES : end);
            }
        }
    }
}
