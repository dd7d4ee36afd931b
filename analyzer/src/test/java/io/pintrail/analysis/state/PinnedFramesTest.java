// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PinnedFramesTest {
    private static final int PAGES = 2000;
    private static final long FIRST = 1_000_001;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void behavesLikeAnArrayOfFrames(long seed) {
        Random random = new Random(seed);
        PinnedFrames frames = new PinnedFrames(FIRST, FIRST + PAGES);
        long[] pfn = new long[PAGES];
        int[] kind = new int[PAGES];
        for (int step = 0; step < 400; step++) {
            int from = random.nextInt(PAGES);
            int length = 1 + random.nextInt(Math.min(700, PAGES - from));
            long base = random.nextInt(5) == 0 ? 1L << 33 : random.nextInt(1 << 20);
            int shape = random.nextInt(3) == 0 ? 0 : 1;
            int newKind = 1 + random.nextInt(3);
            frames.pin(FIRST + from, FIRST + from + length, base, shape, newKind);
            for (int i = 0; i < length; i++) {
                pfn[from + i] = base + (shape == 0 ? 0 : i);
                kind[from + i] = newKind;
            }
        }
        for (int i = 0; i < PAGES; i++) {
            assertThat(frames.isPinned(FIRST + i)).isEqualTo(kind[i] != 0);
            if (kind[i] != 0) {
                assertThat(frames.pfn(FIRST + i)).isEqualTo(pfn[i]);
                assertThat(frames.kind(FIRST + i)).isEqualTo(kind[i]);
            }
        }
    }

    @Test
    void matchesWholeStretchesOfAContiguousBlockAtOnce() {
        PinnedFrames frames = new PinnedFrames(0, 4096);
        frames.pin(0, 4096, 9000, 1, 1);
        long same = FrameCode.of(100, 9100, 1, true);
        assertThat(frames.matchStretch(100, 4096, same)).isEqualTo(4096);
        assertThat(frames.matches(100, same)).isTrue();
        assertThat(frames.matchStretch(100, 4096, FrameCode.of(100, 1, 1, true)))
                .isEqualTo(4096);
        assertThat(frames.linearStretch(5, 4096)).isEqualTo(4096);
    }

    @Test
    void hugeExtentsAreAlignedInBothAddressSpaces() {
        PinnedFrames frames = new PinnedFrames(0, 4096);
        frames.pin(0, 512, 1024, 1, 7);
        frames.pin(512, 1024, 1537, 1, 1);
        frames.pin(1024, 1400, 2048, 1, 7);
        assertThat(frames.isHuge(3)).isTrue();
        assertThat(frames.isHuge(600)).isFalse();
        assertThat(frames.isHuge(1024)).isFalse();
    }
}
