// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntervalIndexTest {
    private record Block(long from, long to, int number) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void findsWhatAScanFinds(long seed) {
        Random random = new Random(seed);
        IntervalIndex<Block> index = new IntervalIndex<>();
        IntervalIndex.Matches<Block> found = new IntervalIndex.Matches<>();
        List<Block> all = new ArrayList<>();
        for (int step = 0; step < 4000; step++) {
            if (all.isEmpty() || random.nextInt(5) < 2) {
                long from = random.nextInt(5000);
                Block block = new Block(from, from + 1 + random.nextInt(1 << random.nextInt(13)), step);
                all.add(block);
                index.add(block.from, block.to, block);
            } else if (random.nextInt(3) == 0) {
                Block block = all.remove(random.nextInt(all.size()));
                index.remove(block.from, block.to, block);
            } else {
                long from = random.nextInt(6000);
                long to = from + 1 + random.nextInt(600);
                index.find(from, to, found);
                Set<Block> matches = new HashSet<>();
                for (int i = 0; i < found.count(); i++) {
                    assertThat(matches.add(found.get(i))).isTrue();
                }
                Set<Block> scanned = new HashSet<>(all);
                scanned.removeIf(b -> b.to <= from || b.from >= to);
                assertThat(matches).isEqualTo(scanned);
            }
            assertThat(index.size()).isEqualTo(all.size());
        }
    }
}
