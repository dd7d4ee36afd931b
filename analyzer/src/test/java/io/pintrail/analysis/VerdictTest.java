// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import static io.pintrail.analysis.Scene.ANON;
import static io.pintrail.analysis.Scene.ASID;
import static io.pintrail.analysis.Scene.FAULT;
import static io.pintrail.analysis.Scene.PID;
import static io.pintrail.analysis.Scene.PIN_READ;
import static io.pintrail.analysis.Scene.PIN_WRITE;
import static io.pintrail.analysis.Scene.REMOTE_READ;
import static io.pintrail.analysis.Scene.RW;
import static io.pintrail.analysis.Scene.SHMEM;
import static io.pintrail.analysis.Scene.ZAP;
import static io.pintrail.analysis.Scene.ZERO_PFN;
import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.trace.TraceVisitor;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private final Scene scene = new Scene();

    @Test
    void healthyRegionIsOkAndHasNoFinding() {
        scene.register(1, 1000, 4, 50, RW);
        scene.deviceReads(1, 1000, 4);
        scene.mark("m");
        scene.deregister(1);
        AnalysisResult result = scene.analysis.finish();
        assertThat(scene.at("m")).isEqualTo("OOOO");
        assertThat(scene.at("end")).isEmpty();
        assertThat(result.findings()).isEmpty();
        assertThat(result.notices()).isEmpty();
    }

    @Test
    void discardedPagesAreDetachedAndStaleOnceFaultedIn() {
        scene.register(1, 1000, 6, 50, RW);
        scene.dontneed(1002, 3);
        scene.mark("discarded");
        scene.fault(1003, 1, 900);
        scene.mark("stored");
        assertThat(scene.at("discarded")).isEqualTo("OODDDO");
        assertThat(scene.at("stored")).isEqualTo("OODSDO");
        assertThat(scene.rows.stream().filter(r -> r.mark().equals("stored") && r.page() == 1003))
                .allMatch(r -> r.pinned() == 53 && r.mapped() == 900);
    }

    @Test
    void pageThatComesBackToItsFrameIsOkAgain() {
        scene.register(1, 1000 << 12, 4 << 12, RW, PIN_WRITE, 1, 50, SHMEM);
        scene.dontneed(1000, 4);
        scene.map(FAULT, 1000, 2, 50, SHMEM);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("OODD");
    }

    @Test
    void pinOfAnotherRegionShowsWhatTheSamePagesMapNow() {
        scene.register(1, 1000, 2, 50, RW);
        scene.dontneed(1000, 2);
        scene.register(2, 1000, 2, 90, RW);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("SSOO");
    }

    @Test
    void latestObservationWinsWhateverTheOrder() {
        scene.register(1, 1000, 2, 50, RW);
        long t = scene.now;
        TraceVisitor to = scene.analysis;
        to.map(t + 300, PID, PID, ASID, FAULT, 0, 1000, 2, 50, 1, ANON);
        to.map(t + 200, PID, PID, ASID, ZAP, 0, 1000, 2, TraceVisitor.NONE, 0, 0);
        to.map(t + 100, PID, PID, ASID, FAULT, 0, 1000, 2, 99, 1, ANON);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("OO");
    }

    @Test
    void observationOlderThanThePinSaysNothing() {
        scene.register(1, 1000, 2, 50, RW);
        scene.analysis.map(1, PID, PID, ASID, ZAP, 0, 1000, 2, TraceVisitor.NONE, 0, 0);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("OO");
    }

    @Test
    void observationBeforeThePinInTheStreamButLaterInTimeCounts() {
        scene.registerBegin(1, 1000 << 12, 2 << 12, RW);
        scene.umemBegin(1, 1, 1000 << 12, 2 << 12, RW);
        scene.analysis.map(scene.now + 1_000_000, PID, PID, ASID, ZAP, 0, 1001, 1, TraceVisitor.NONE, 0, 0);
        scene.pin(1, 1000, 2, 50, 1, PIN_WRITE, ANON);
        scene.analysis.umemEnd(scene.tick(), PID, PID, 1, 0);
        scene.registerEnd(1, 0);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("OD");
    }

    @Test
    void zeroPageIsZeroUntilTheFirstStore() {
        scene.register(1, 1000 << 12, 4 << 12, REMOTE_READ, PIN_READ, 0, ZERO_PFN, 2);
        scene.mark("registered");
        scene.fault(1000, 1, 900);
        scene.mark("stored");
        assertThat(scene.at("registered")).isEqualTo("ZZZZ");
        assertThat(scene.at("stored")).isEqualTo("SZZZ");
    }

    @Test
    void swapEntryIsDetached() {
        scene.register(1, 1000, 1, 50, RW);
        scene.analysis.map(scene.tick(), 9, 9, ASID, 4, 0, 1000, 1, TraceVisitor.NOT_PRESENT, 0, 0);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("D");
    }

    @Test
    void overlappingIdenticalAndUnalignedRegionsAreAllFollowed() {
        scene.register(1, 1000, 4, 50, RW);
        scene.register(2, 1000, 4, 50, RW);
        scene.register(3, (1001 << 12) + 100, 4096, RW, PIN_WRITE, 1, 51, ANON);
        scene.dontneed(1002, 1);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("OODO" + "OODO" + "OD");
        RegionSummary third = scene.analysis.finish().regions().get(2);
        assertThat(third.overlapRegions()).isEqualTo(2);
        assertThat(third.overlapPages()).isEqualTo(4);
        assertThat(third.pages()).isEqualTo(2);
    }

    @Test
    void largeUnmapTakesAllPagesExceptPrivateCopiesOfAFile() {
        scene.register(1, 1000 << 12, 2 << 12, RW, PIN_WRITE, 1, 50, SHMEM);
        scene.register(2, 1002, 2, 60, RW);
        scene.analysis.unmap(scene.tick(), PID, PID, ASID, 3, 3, 0, 1000, 4);
        scene.mark("truncated");
        scene.analysis.unmap(scene.tick(), PID, PID, ASID, 1, 1, 0, 1000, 4);
        scene.mark("unmapped");
        assertThat(scene.at("truncated")).isEqualTo("DDOO");
        assertThat(scene.at("unmapped")).isEqualTo("DDDD");
    }

    @Test
    void pagesMovedBackAreOkAgain() {
        scene.register(1, 1000, 2, 50, RW);
        scene.analysis.move(scene.tick(), PID, PID, ASID, 0, 1000, 5000, 2);
        scene.analysis.map(scene.tick(), PID, PID, ASID, 3, 0, 1000, 2, TraceVisitor.NONE, 0, 0);
        scene.mark("away");
        scene.fault(1000, 2, 700);
        scene.mark("replaced");
        scene.map(3, 1000, 2, 50, ANON);
        scene.mark("back");
        assertThat(scene.at("away")).isEqualTo("DD");
        assertThat(scene.at("replaced")).isEqualTo("SS");
        assertThat(scene.at("back")).isEqualTo("OO");
    }

    @Test
    void onDemandPagingHasNoPinToLose() {
        scene.registerBegin(1, 1000 << 12, 3 << 12, RW | 0x40);
        scene.registerEnd(1, 0);
        scene.dontneed(1000, 3);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("...");
        assertThat(scene.analysis.finish().findings()).isEmpty();
    }

    @Test
    void failedRegistrationMakesNoLiveRegionAndIsListed() {
        scene.registerBegin(1, 1000 << 12, 4 << 12, RW);
        scene.umemBegin(1, 1, 1000 << 12, 4 << 12, RW);
        scene.pin(1, 1000, 2, 50, 1, PIN_WRITE, ANON);
        scene.analysis.umemEnd(scene.tick(), PID, PID, 1, -14);
        scene.registerEnd(1, -14);
        scene.mark("m");
        AnalysisResult result = scene.analysis.finish();
        assertThat(scene.at("m")).isEmpty();
        assertThat(result.regions()).singleElement().satisfies(r -> {
            assertThat(r.error()).isEqualTo(-14);
            assertThat(r.live()).isFalse();
        });
        assertThat(result.counters().failedRegistrations()).isEqualTo(1);
    }

    @Test
    void reregistrationReplacesThePinnedPages() {
        scene.register(1, 1000, 2, 50, RW);
        scene.analysis.reregisterBegin(scene.tick(), PID, PID, 1, 1, 3000 << 12, 3 << 12, 3000 << 12, RW);
        scene.analysis.umemRelease(scene.tick(), PID, PID, 1);
        scene.umem(9, 1, 3000 << 12, 3 << 12, RW, PIN_WRITE, 1, 80, ANON);
        scene.analysis.reregisterEnd(scene.tick(), PID, PID, 1, 0, 99, 99);
        scene.dontneed(1000, 2);
        scene.dontneed(3001, 1);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("ODO");
        assertThat(scene.rows).allMatch(r -> r.lkey() == 99 && r.page() >= 3000);
    }

    @Test
    void endedAddressSpaceDetachesEverythingWithoutFinding() {
        scene.register(1, 1000, 2, 50, RW);
        scene.analysis.spaceEnd(scene.tick(), PID, PID, ASID, 0);
        scene.mark("m");
        scene.deregister(1);
        assertThat(scene.at("m")).isEqualTo("DD");
        AnalysisResult result = scene.analysis.finish();
        assertThat(result.findings()).isEmpty();
        assertThat(result.regions().get(0).count(Verdict.OK)).isEqualTo(2);
    }

    @Test
    void deviceUseAfterTheEndOfTheAddressSpaceIsAFinding() {
        scene.register(1, 1000, 4, 50, RW);
        scene.analysis.spaceEnd(scene.tick(), PID, PID, ASID, 0);
        scene.deviceReads(1, 1001, 2);
        scene.deregister(1);
        assertThat(scene.analysis.finish().findings()).singleElement().satisfies(f -> {
            assertThat(f.cause()).isEqualTo(Cause.EXIT);
            assertThat(f.va()).isEqualTo(1001L << 12);
            assertThat(f.pages()).isEqualTo(2);
            assertThat(f.usedAfter().reads()).isEqualTo(2);
        });
    }
}
