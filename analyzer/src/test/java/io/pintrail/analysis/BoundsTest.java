// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import static io.pintrail.analysis.Scene.ANON;
import static io.pintrail.analysis.Scene.PID;
import static io.pintrail.analysis.Scene.PIN_WRITE;
import static io.pintrail.analysis.Scene.RW;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Size of the state, and values no real kernel would send. */
class BoundsTest {
    private static final long MIB = 1 << 20;

    private final Scene scene = Scene.withoutRows(AnalysisOptions.DEFAULT);

    private static long usedBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    void contiguousTerabyteTakesUnder64MiBEvenWhenItIsUnmapped() {
        long before = usedBytes();
        long pages = 1L << 28;
        scene.register(1, 0x7f0000001L, pages, 1L << 20, RW);
        assertThat(usedBytes() - before).isLessThan(64 * MIB);
        scene.zap(scene.call(11, 0, 0), 1, 0x7f0000001L, pages);
        assertThat(usedBytes() - before).isLessThan(64 * MIB);
        assertThat(scene.analysis.finish().counters().pinnedPages()).isEqualTo(pages);
    }

    @Test
    void scatteredGigabyteTakesUnder12BytesAPage() {
        long before = usedBytes();
        int pages = 1 << 18;
        scene.registerBegin(1, 0, (long) pages << 12, RW);
        scene.umemBegin(1, 1, 0, (long) pages << 12, RW);
        for (int page = 0; page < pages; page++) {
            scene.pin(1, page, 1, page * 7919L % 1_000_003, 1, PIN_WRITE, ANON);
        }
        scene.analysis.umemEnd(scene.tick(), PID, PID, 1, 0);
        scene.registerEnd(1, 0);
        // One pin call a page here, so 16 bytes a page for pin times, which come once for 512 pages in truth.
        assertThat(usedBytes() - before).isLessThan((12 + 32) * (long) pages);
        assertThat(scene.analysis.finish().regions().get(0).count(Verdict.OK)).isEqualTo(pages);
    }

    @Test
    void registrationChurnLeavesOnlyWhatIsListed() {
        Scene churn = Scene.withoutRows(new AnalysisOptions(true, 100, 10));
        cycles(churn, 1, 20_000);
        long before = usedBytes();
        cycles(churn, 20_001, 120_000);
        assertThat(usedBytes() - before).isLessThan(4 * MIB);
        AnalysisResult result = churn.analysis.finish();
        assertThat(result.counters().deregistrations()).isEqualTo(120_000);
        assertThat(result.regions()).hasSize(100);
        assertThat(result.regionsOmitted()).isEqualTo(119_900);
    }

    private static void cycles(Scene scene, long from, long to) {
        for (long id = from; id <= to; id++) {
            scene.register(id, 1000 + id % 50, 64, 50, RW);
            scene.deviceReads(id, 1000 + id % 50, 1);
            scene.deregister(id);
        }
    }

    @Test
    void impossibleRegionsHaveNoPagesOrUnknownOnes() {
        scene.registerBegin(1, -1, -1, RW);
        scene.umemBegin(1, 1, -1, -1, RW);
        scene.analysis.umemEnd(scene.tick(), PID, PID, 1, 0);
        scene.registerEnd(1, 0);
        scene.registerBegin(2, 0, 1L << 56, RW);
        scene.umemBegin(2, 2, 0, 1L << 56, RW);
        scene.pin(2, 0, 1L << 40, 5, 1, PIN_WRITE, ANON);
        scene.analysis.umemEnd(scene.tick(), PID, PID, 2, 0);
        scene.registerEnd(2, 0);
        scene.dontneed(0, 1L << 44);
        AnalysisResult result = scene.analysis.finish();
        assertThat(result.regions()).extracting(RegionSummary::pages).containsExactly(0L, 1L << 44);
        assertThat(result.regions().get(1).unknownReason()).isEqualTo(UnknownReason.TOO_LARGE);
        assertThat(result.regions().get(1).pageMap().cells(100)).hasSize(100);
    }

    @Test
    void eventsForUnknownThingsChangeNothing() {
        Analysis to = scene.analysis;
        to.reregisterEnd(scene.tick(), 1, 1, 77, 0, 1, 1);
        to.umemEnd(scene.tick(), 1, 1, 77, 0);
        to.umemRelease(scene.tick(), 1, 1, 77);
        to.pinPages(scene.tick(), 1, 1, 77, 1, 1, 1, 1, 1);
        to.pinEnd(scene.tick(), 1, 1, 77, 1);
        to.fault(scene.tick(), 1, 1, 9, 1, 1, 77, 0, 5);
        to.access(scene.tick(), 1, 1, 0, 0, 100, 1);
        to.move(scene.tick(), 1, 1, 9, 0, 1, 2, 3);
        to.spaceEnd(scene.tick(), 1, 1, 9, 0);
        to.snapshotEnd(scene.tick(), 1, 1);
        AnalysisResult result = to.finish();
        assertThat(result.regions()).isEmpty();
        assertThat(result.findings()).isEmpty();
    }
}
