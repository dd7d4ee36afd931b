// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import static io.pintrail.analysis.Scene.ANON;
import static io.pintrail.analysis.Scene.ASID;
import static io.pintrail.analysis.Scene.PID;
import static io.pintrail.analysis.Scene.PIN_WRITE;
import static io.pintrail.analysis.Scene.RW;
import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.analysis.RegionSummary.Origin;
import io.pintrail.trace.TraceVisitor;
import org.junit.jupiter.api.Test;

/** Regions that were registered before the recording began: what is pinned is told, what is mapped must be seen. */
class OlderRegionTest {
    private static final int FOUND = 1 | 128;
    private static final int LISTED = 1 | 64 | 128;

    private final Scene scene = new Scene();

    /** Four pages from page 16 on that pin frames 100 to 103. */
    private void found(long id) {
        foundBegin(id);
        scene.umem(id, id, 16 << 12, 4 << 12, RW, PIN_WRITE, 1, 100, ANON);
        scene.registerEnd(id, 0);
    }

    private void foundBegin(long id) {
        scene.analysis.registerBegin(scene.tick(), PID, PID, id, ASID, FOUND, "rxe0", 16 << 12, 4 << 12, 16 << 12, RW);
    }

    @Test
    void pagesAreUnknownUntilTheyAreSeen() {
        found(1);
        scene.mark("found");
        scene.map(0, 16, 2, 100, ANON);
        scene.mark("seen in part");
        assertThat(scene.at("found")).isEqualTo("UUUU");
        assertThat(scene.rows).filteredOn(r -> r.mark().equals("found")).allSatisfy(r -> {
            assertThat(r.reason()).isEqualTo(UnknownReason.REGISTERED_BEFORE);
            assertThat(r.mapped()).isEqualTo(AnalysisState.UNKNOWN);
        });
        assertThat(scene.at("seen in part")).isEqualTo("OOUU");
    }

    @Test
    void aPageThatIsAnotherWhenItIsFirstSeenWentStaleAtOrBeforeThatTime() {
        found(1);
        scene.map(0, 16, 1, 100, ANON);
        scene.map(0, 17, 1, 555, ANON);
        scene.map(0, 18, 1, TraceVisitor.NONE, 0);
        long seen = scene.now;
        scene.map(0, 19, 1, 103, ANON);
        scene.mark("seen");
        scene.deviceReads(1, 17, 1);
        assertThat(scene.at("seen")).isEqualTo("OSDO");
        AnalysisResult result = scene.analysis.finish();
        assertThat(result.findings()).hasSize(2);
        Finding stale = result.findings().get(0);
        assertThat(stale.cause()).isEqualTo(Cause.EARLIER);
        assertThat(stale.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(stale.va()).isEqualTo(17 << 12);
        assertThat(stale.by().pid()).isZero();
        assertThat(stale.explanation()).contains("at or before");
        assertThat(result.findings().get(1).cause()).isEqualTo(Cause.EARLIER);
        assertThat(result.findings().get(1).at()).isLessThanOrEqualTo(seen);
    }

    @Test
    void whatHappensToAPageThatWasSeenInOrderHasItsOwnCause() {
        found(1);
        scene.map(0, 16, 4, 100, ANON);
        scene.dontneed(17, 1);
        scene.fault(17, 1, 900);
        scene.mark("later");
        assertThat(scene.at("later")).isEqualTo("OSOO");
        assertThat(scene.analysis.finish().findings())
                .singleElement()
                .satisfies(f -> assertThat(f.cause()).isEqualTo(Cause.UNMAP))
                .satisfies(f -> assertThat(f.by().pid()).isEqualTo(PID));
    }

    @Test
    void observationsThatComeBeforeThePinsAreToldCountToo() {
        foundBegin(1);
        scene.umemBegin(1, 1, 16 << 12, 4 << 12, RW);
        scene.map(0, 16, 1, 100, ANON);
        scene.map(0, 17, 1, 555, ANON);
        scene.pin(1, 16, 4, 100, 1, PIN_WRITE, ANON);
        scene.registerEnd(1, 0);
        scene.mark("found");
        assertThat(scene.at("found")).isEqualTo("OSUU");
    }

    @Test
    void pinnedFramesOfAFoundRegionSayNothingOfWhatAnotherOneMaps() {
        scene.register(2, 16, 4, 700, RW);
        found(1);
        scene.mark("both");
        assertThat(scene.at("both")).isEqualTo("OOOOUUUU");
        scene.map(0, 16, 4, 700, ANON);
        scene.mark("seen");
        assertThat(scene.at("seen")).isEqualTo("OOOOSSSS");
    }

    @Test
    void aNewPinOverFoundPagesSaysWhatTheyMap() {
        found(1);
        scene.register(2, 16, 4, 100, RW);
        scene.mark("both");
        assertThat(scene.at("both")).isEqualTo("OOOOOOOO");
    }

    @Test
    void anUnreadUnmapThatSparesPrivateCopiesLeavesUnseenPagesUnknown() {
        foundBegin(1);
        scene.umem(1, 1, 16 << 12, 4 << 12, RW, PIN_WRITE, 1, 100, Scene.SHMEM);
        scene.registerEnd(1, 0);
        scene.map(0, 16, 1, 100, Scene.SHMEM);
        scene.analysis.unmap(scene.tick(), PID, PID, ASID, 3, 1 | 2, 0, 16, 4);
        scene.mark("unmapped");
        assertThat(scene.at("unmapped")).isEqualTo("DUUU");
    }

    @Test
    void aFoundRegionHasNoTimeOfRegistrationAndNoCost() {
        scene.register(7, 100, 2, 40, RW);
        found(1);
        AnalysisResult result = scene.analysis.finish();
        RegionSummary region = result.regions().get(1);
        assertThat(region.origin()).isEqualTo(Origin.FOUND);
        assertThat(region.registeredAt()).isEmpty();
        assertThat(region.since()).isPositive();
        assertThat(region.cost().pinCalls()).isZero();
        assertThat(region.provenance().resident()).isZero();
        assertThat(region.provenance().kinds()).containsEntry(PageKind.ANON, 4L);
        assertThat(region.unknownReason()).isEqualTo(UnknownReason.REGISTERED_BEFORE);
        assertThat(result.counters().registrations()).isOne();
        assertThat(result.counters().liveRegions()).isEqualTo(2);
    }

    @Test
    void withoutAddressItsPagesAreCountedAndHaveNoRows() {
        scene.analysis.registerBegin(scene.tick(), PID, PID, 1, 0, LISTED, "mlx5_0", 0, 10_000, 0, 0);
        scene.registerEnd(1, 0);
        scene.mark("listed");
        assertThat(scene.at("listed")).isEmpty();
        scene.analysis.access(scene.tick(), 0, 0, 1, 5, 100, 0);
        RegionSummary region = scene.analysis.finish().regions().get(0);
        assertThat(region.origin()).isEqualTo(Origin.LISTED);
        assertThat(region.pages()).isEqualTo(3);
        assertThat(region.count(Verdict.UNKNOWN)).isEqualTo(3);
        assertThat(region.unknownReason()).isEqualTo(UnknownReason.REGISTERED_BEFORE);
        assertThat(region.use().reads()).isOne();
        assertThat(region.lkey()).isEqualTo(16);
    }

    @Test
    void reregisteredItIsAsGoodAsANewOne() {
        found(1);
        scene.analysis.reregisterBegin(scene.tick(), PID, PID, 1, 1, 32 << 12, 2 << 12, 32 << 12, RW);
        scene.umem(2, 1, 32 << 12, 2 << 12, RW, PIN_WRITE, 1, 300, ANON);
        scene.analysis.reregisterEnd(scene.tick(), PID, PID, 1, 0, 16, 16);
        scene.mark("anew");
        assertThat(scene.at("anew")).isEqualTo("OO");
    }

    @Test
    void afterALossItIsUnknownUntilSeenAgain() {
        found(1);
        scene.map(0, 16, 4, 100, ANON);
        scene.analysis.lost(scene.tick(), 0, 0, 0, 5, 100);
        scene.mark("lost");
        scene.map(0, 16, 3, 100, ANON);
        scene.mark("again");
        assertThat(scene.at("lost")).isEqualTo("UUUU");
        assertThat(scene.at("again")).isEqualTo("OOOU");
    }
}
