// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PageMapTest {
    private static PageMap alternating(int pages) {
        PageMapBuilder builder = new PageMapBuilder(1000, 1000 + pages);
        for (int i = 0; i < pages; i++) {
            Verdict verdict = i % 2 == 0 ? Verdict.OK : Verdict.STALE;
            builder.add(1000 + i, 1001 + i, Verdict.OK, verdict, i % 2 == 0 ? Cause.NONE : Cause.COW, i);
        }
        return builder.build();
    }

    @Test
    void fewRunsAreKeptExactly() {
        PageMap map = alternating(500);
        assertThat(map.exact()).isTrue();
        assertThat(map.runs()).hasSize(500);
        assertThat(map.cells(500)[1]).isEqualTo(Verdict.STALE);
        assertThat(map.cells(10)).containsOnly(Verdict.STALE).hasSize(10);
    }

    @Test
    void manyRunsAreJoinedUnderTheirWorst() {
        PageMap map = alternating(5000);
        assertThat(map.exact()).isFalse();
        assertThat(map.pages()).isEqualTo(5000);
        assertThat(map.runs()).hasSize(500).allMatch(r -> r.worst() == Verdict.STALE && r.cause() == Cause.COW);
    }

    @Test
    void neighboursOfOneStateAreOneRun() {
        PageMapBuilder builder = new PageMapBuilder(0, 1L << 28);
        builder.add(0, 512, Verdict.OK, Verdict.OK, Cause.NONE, 5);
        builder.add(512, 1L << 28, Verdict.OK, Verdict.OK, Cause.NONE, 9);
        PageMap map = builder.build();
        assertThat(map.runs()).containsExactly(new PageMap.Run(0, 1L << 28, Verdict.OK, Verdict.OK, Cause.NONE, 5));
        assertThat(map.cells(3)).containsOnly(Verdict.OK).hasSize(3);
    }

    @Test
    void emptyMapHasNoCells() {
        assertThat(PageMap.EMPTY.cells(512)).isEmpty();
    }
}
