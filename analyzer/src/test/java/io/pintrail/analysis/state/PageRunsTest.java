// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageRunsTest {
    private static final int PAGES = 2500;
    private static final long FIRST = 12_345;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behavesLikeAnArrayOfValues(long seed) {
        Random random = new Random(seed);
        PageRuns runs = new PageRuns(FIRST, FIRST + PAGES);
        long[] naive = new long[PAGES];
        for (int step = 0; step < 3000; step++) {
            int from = random.nextInt(PAGES);
            int length = 1 + random.nextInt(random.nextInt(4) == 0 ? PAGES - from : Math.min(9, PAGES - from));
            long value = 1 + random.nextInt(3);
            boolean clear = random.nextInt(4) == 0;
            if (clear) {
                runs.clear(FIRST + from, FIRST + from + length);
            } else {
                runs.put(FIRST + from, FIRST + from + length, value, -value, (int) value - 1);
            }
            for (int i = from; i < from + length; i++) {
                naive[i] = clear ? 0 : value;
            }
            if (step % 50 == 0) {
                compare(runs, naive, random.nextInt(PAGES));
                compareTags(runs, naive, random.nextInt(PAGES), random.nextInt(PAGES));
            }
        }
        compare(runs, naive, 0);
    }

    private static void compare(PageRuns runs, long[] naive, int start) {
        PageRuns.Cursor cursor = runs.cursor().over(FIRST + start, FIRST + PAGES);
        long next = FIRST + start;
        while (cursor.next()) {
            assertThat(cursor.from).isEqualTo(next);
            assertThat(cursor.to).isGreaterThan(cursor.from);
            for (long page = cursor.from; page < cursor.to; page++) {
                long value = naive[(int) (page - FIRST)];
                assertThat(cursor.present).isEqualTo(value != 0);
                if (cursor.present) {
                    assertThat(cursor.x).isEqualTo(value);
                    assertThat(cursor.y).isEqualTo(-value);
                    assertThat(cursor.tag).isEqualTo((int) value - 1);
                }
            }
            next = cursor.to;
        }
        assertThat(next).isEqualTo(FIRST + PAGES);
    }

    private static void compareTags(PageRuns runs, long[] naive, int one, int other) {
        int from = Math.min(one, other);
        int to = Math.max(one, other);
        boolean any = false;
        for (int i = from; i < to; i++) {
            assertThat(runs.anyTag(FIRST + i, FIRST + i + 1)).isEqualTo(naive[i] > 1);
            any |= naive[i] > 1;
        }
        assertThat(runs.anyTag(FIRST + from, FIRST + to)).isEqualTo(any);
    }
}
