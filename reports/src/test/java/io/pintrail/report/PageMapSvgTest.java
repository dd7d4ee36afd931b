// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.analysis.Cause;
import io.pintrail.analysis.PageMap;
import io.pintrail.analysis.RegionSummary;
import io.pintrail.analysis.Verdict;
import org.junit.jupiter.api.Test;

class PageMapSvgTest {
    @Test
    void onePageIsOneCell() {
        assertThat(rects(PageMapSvg.svg(MadeUp.region(0, "app", 1, MadeUp.run(0, 1, Verdict.OK)))))
                .isEqualTo(1);
    }

    @Test
    void oneBadPageInATebibyteStaysVisible() {
        long pages = 1L << 28;
        RegionSummary region = MadeUp.region(
                0,
                "app",
                pages,
                MadeUp.run(0, 77_777_777, Verdict.OK),
                MadeUp.run(77_777_777, 1, Verdict.STALE, Cause.COW),
                MadeUp.run(77_777_778, pages - 77_777_778, Verdict.OK));
        String svg = PageMapSvg.svg(region);
        assertThat(svg).containsOnlyOnce("class=\"v-stale\"").contains("worst is STALE");
        assertThat(svg.length()).isLessThan(4_000);
    }

    @Test
    void aMixedRegionStaysSmall() {
        var runs = new PageMap.Run[512];
        for (int i = 0; i < runs.length; i++) {
            runs[i] = MadeUp.run(i, 1, i % 2 == 0 ? Verdict.OK : Verdict.DETACHED);
        }
        String svg = PageMapSvg.svg(MadeUp.region(0, "app", 512, runs));
        assertThat(rects(svg)).isEqualTo(512);
        assertThat(svg.length()).isLessThan(80_000);
    }

    private static long rects(String svg) {
        return svg.split("<rect", -1).length - 1L;
    }
}
