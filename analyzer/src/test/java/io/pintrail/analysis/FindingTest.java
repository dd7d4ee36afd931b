// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import static io.pintrail.analysis.Scene.ANON;
import static io.pintrail.analysis.Scene.ASID;
import static io.pintrail.analysis.Scene.PID;
import static io.pintrail.analysis.Scene.PIN_READ;
import static io.pintrail.analysis.Scene.PIN_WRITE;
import static io.pintrail.analysis.Scene.REMOTE_READ;
import static io.pintrail.analysis.Scene.RW;
import static io.pintrail.analysis.Scene.SHMEM;
import static io.pintrail.analysis.Scene.ZERO_PFN;
import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.trace.TraceVisitor;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingTest {
    private final Scene scene = new Scene();
    private List<Finding> lastOpen;

    private List<Finding> findings() {
        return scene.analysis.finish().findings();
    }

    @Test
    void mprotectCycleThenStoreIsOneFindingByCow() {
        scene.register(1, 1000, 16, 50, RW);
        scene.protect(1000, 16, 1);
        scene.protect(1000, 16, 3);
        for (int i = 0; i < 16; i++) {
            scene.fault(1000 + i, 1, 900 + 2 * i);
        }
        scene.deviceReads(1, 1000, 16);
        assertThat(findings()).singleElement().satisfies(f -> {
            assertThat(f.type()).isEqualTo(FindingClass.STALE);
            assertThat(f.cause()).isEqualTo(Cause.COW);
            assertThat(f.severity()).isEqualTo(Severity.CRITICAL);
            assertThat(f.va()).isEqualTo(1000L << 12);
            assertThat(f.pages()).isEqualTo(16);
            assertThat(f.pinnedPfns()).containsExactly(new Finding.PfnRun(50, 16, false));
            assertThat(f.by().comm()).isEqualTo("app");
            assertThat(f.usedAfter().reads()).isEqualTo(16);
            assertThat(f.usedAfter().bytes()).isEqualTo(16 * 4096);
            assertThat(f.explanation()).contains("mprotect(0x3e8000, 65536, PROT_READ) by app (pid 100)");
        });
    }

    @Test
    void storeAfterForkIsCausedByFork() {
        scene.register(1, 1000, 2, 50, RW);
        scene.protect(1000, 2, 1);
        scene.analysis.forkCopy(scene.tick(), PID, PID, ASID, 2, 900, 500, 0);
        scene.fault(1000, 2, 900);
        assertThat(findings())
                .singleElement()
                .satisfies(f -> assertThat(f.cause()).isEqualTo(Cause.FORK));
    }

    @Test
    void discardNamesTheCallAndEscalatesToStale() {
        scene.register(1, 1000, 8, 50, RW);
        scene.dontneed(1002, 4);
        scene.deviceReads(1, 1000, 8);
        scene.fault(1002, 4, 900);
        assertThat(findings()).singleElement().satisfies(f -> {
            assertThat(f.type()).isEqualTo(FindingClass.STALE);
            assertThat(f.cause()).isEqualTo(Cause.UNMAP);
            assertThat(f.by().call()).isEqualTo("madvise(0x3ea000, 16384, MADV_DONTNEED)");
            assertThat(f.usedAfter().reads()).isEqualTo(4);
        });
    }

    @Test
    void usedAndUnusedPagesAreSeparateFindings() {
        scene.register(1, 1000, 8, 50, RW);
        scene.dontneed(1000, 8);
        scene.fault(1000, 8, 900);
        scene.deviceReads(1, 1003, 2);
        assertThat(findings())
                .extracting(
                        f -> f.va() >> 12, Finding::pages, f -> f.usedAfter().reads(), Finding::severity)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1003L, 2L, 2L, Severity.CRITICAL),
                        org.assertj.core.groups.Tuple.tuple(1000L, 3L, 0L, Severity.WARNING),
                        org.assertj.core.groups.Tuple.tuple(1005L, 3L, 0L, Severity.WARNING));
    }

    @Test
    void accessOverPartsOfPagesCountsOnceAndByTheByte() {
        scene.register(1, 1000, 4, 50, RW);
        scene.dontneed(1001, 2);
        scene.analysis.access(scene.tick(), 0, 0, 1, (1000L << 12) + 4000, 96 + 4096 + 100, 1);
        assertThat(findings()).singleElement().satisfies(f -> {
            assertThat(f.type()).isEqualTo(FindingClass.DETACHED);
            assertThat(f.usedAfter().writes()).isEqualTo(1);
            assertThat(f.usedAfter().bytes()).isEqualTo(4096 + 100);
        });
    }

    @Test
    void zeroBasedAccessFindsItsPage() {
        scene.analysis.registerBegin(scene.tick(), PID, PID, 1, ASID, 1, "rxe0", 1000L << 12, 4L << 12, 0, RW | 0x20);
        scene.umem(1, 1, 1000 << 12, 4 << 12, RW, PIN_WRITE, 1, 50, ANON);
        scene.registerEnd(1, 0);
        scene.dontneed(1001, 1);
        scene.analysis.access(scene.tick(), 0, 0, 1, 4096, 10, 0);
        assertThat(findings())
                .singleElement()
                .satisfies(f -> assertThat(f.usedAfter().bytes()).isEqualTo(10));
    }

    @Test
    void pagesThatComeBackUnusedAreNoFinding() {
        scene.register(1, 1000 << 12, 4 << 12, RW, PIN_WRITE, 1, 50, SHMEM);
        scene.dontneed(1000, 4);
        scene.map(1, 1000, 4, 50, SHMEM);
        AnalysisResult result = scene.analysis.finish();
        assertThat(result.findings()).isEmpty();
        assertThat(result.counters().unusedDivergences()).isEqualTo(4);
    }

    @Test
    void pagesThatWereStaleAndUsedAndCameBackAreAHealedFinding() {
        scene.register(1, 1000, 2, 50, RW);
        long call = scene.call(25, 1000 << 12, 8192, 8192, 3, 5000 << 12);
        scene.analysis.move(scene.tick(), PID, PID, ASID, call, 1000, 5000, 2);
        scene.analysis.map(scene.tick(), PID, PID, ASID, 3, call, 1000, 2, TraceVisitor.NONE, 0, 0);
        scene.fault(1000, 2, 700);
        scene.deviceReads(1, 1000, 2);
        scene.map(3, 1000, 2, 50, ANON);
        AnalysisResult result = scene.analysis.finish();
        assertThat(result.findings()).singleElement().satisfies(f -> {
            assertThat(f.type()).isEqualTo(FindingClass.STALE);
            assertThat(f.cause()).isEqualTo(Cause.MOVE);
            assertThat(f.healedAt()).isPresent();
            assertThat(f.by().call()).isEqualTo("mremap(0x3e8000, 8192, 8192, MREMAP_MAYMOVE|MREMAP_FIXED, 0x1388000)");
        });
        RegionSummary region = result.regions().get(0);
        assertThat(region.atEnd()).containsOnly(java.util.Map.entry(Verdict.OK, 2L));
        assertThat(region.worst()).containsOnly(java.util.Map.entry(Verdict.STALE, 2L));
    }

    @Test
    void detachedAndUnusedIsOnlyInformation() {
        scene.register(1, 1000, 2, 50, RW);
        scene.zap(scene.call(11, 1000 << 12, 8192), 1, 1000, 2);
        scene.deregister(1);
        assertThat(findings()).singleElement().satisfies(f -> {
            assertThat(f.type()).isEqualTo(FindingClass.DETACHED);
            assertThat(f.severity()).isEqualTo(Severity.INFO);
            assertThat(f.by().call()).isEqualTo("munmap(0x3e8000, 8192)");
        });
    }

    @Test
    void aStoreToAPinnedZeroPageIsNoMatterOfWriteProtection() {
        scene.register(1, 1000 << 12, 2 << 12, REMOTE_READ, PIN_READ, 0, ZERO_PFN, 2);
        // The copy has been given back when its kind is asked for; the huge zero page of 5.10 is split first.
        scene.map(Scene.FAULT, 1000, 1, 91, 10);
        scene.map(0, 1001, 1, ZERO_PFN + 1, 2);
        scene.fault(1001, 1, 92);
        assertThat(findings()).hasSize(1).allSatisfy(finding -> {
            assertThat(finding.cause()).isEqualTo(Cause.PIN);
            assertThat(finding.pages()).isEqualTo(2);
            assertThat(finding.remedy()).contains("Store to the buffer before").doesNotContain("write-protect");
        });
    }

    @Test
    void pinnedZeroPageIsAFindingOfItsOwn() {
        scene.register(1, 1000 << 12, 3 << 12, REMOTE_READ, PIN_READ, 0, ZERO_PFN, 2);
        scene.fault(1001, 1, 900);
        assertThat(findings())
                .extracting(Finding::type, f -> f.va() >> 12, Finding::cause)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(FindingClass.STALE, 1001L, Cause.PIN),
                        org.assertj.core.groups.Tuple.tuple(FindingClass.ZERO, 1000L, Cause.PIN),
                        org.assertj.core.groups.Tuple.tuple(FindingClass.ZERO, 1002L, Cause.PIN));
    }

    @Test
    void reregistrationToWritableWithAReadOnlyPinIsAMismatch() {
        scene.register(1, 1000 << 12, 2 << 12, REMOTE_READ, PIN_READ, 1, 50, ANON);
        scene.analysis.reregisterBegin(scene.tick(), PID, PID, 1, 4, 0, 0, 0, RW);
        scene.analysis.reregisterEnd(scene.tick(), PID, PID, 1, 0, 16, 16);
        scene.deviceWrites(1, 1000, 1);
        assertThat(findings()).singleElement().satisfies(f -> {
            assertThat(f.type()).isEqualTo(FindingClass.ACCESS_MISMATCH);
            assertThat(f.cause()).isEqualTo(Cause.REREGISTER);
            assertThat(f.severity()).isEqualTo(Severity.CRITICAL);
        });
    }

    @Test
    void reregistrationOfAPinThatWasMadeForWritingIsFine() {
        scene.register(1, 1000 << 12, 2 << 12, REMOTE_READ, PIN_WRITE, 1, 50, ANON);
        scene.analysis.reregisterBegin(scene.tick(), PID, PID, 1, 4, 0, 0, 0, RW);
        scene.analysis.reregisterEnd(scene.tick(), PID, PID, 1, 0, 16, 16);
        assertThat(findings()).isEmpty();
    }

    @Test
    void holePunchByAnotherProcessIsCausedByTheFile() {
        scene.register(1, 1000 << 12, 2 << 12, RW, PIN_WRITE, 1, 50, SHMEM);
        scene.analysis.fork(scene.tick(), PID, PID, 200, 200, 2);
        long call = scene.call(285, 3, 3, 0, 8192);
        scene.analysis.unmap(scene.tick(), 200, 200, ASID, 3, 0, call, 1000, 2);
        scene.analysis.map(scene.tick(), 200, 200, ASID, 2, call, 1000, 2, TraceVisitor.NONE, 0, 0);
        assertThat(findings()).singleElement().satisfies(f -> {
            assertThat(f.cause()).isEqualTo(Cause.FILE);
            assertThat(f.by().pid()).isEqualTo(200);
            assertThat(f.by().call()).isEqualTo("fallocate(3, FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE, 0, 8192)");
        });
    }

    @Test
    void scatteredDivergencesEndInOneFindingBeyondTheLimit() {
        Scene limited = new Scene(new AnalysisOptions(true, 10, 5));
        limited.register(1, 1000, 40, 50, RW);
        long call = limited.call(28, 1000 << 12, 40 << 12, 4);
        for (int i = 0; i < 40; i += 2) {
            limited.zap(call, 2, 1000 + i, 1);
        }
        List<Finding> findings = limited.analysis.finish().findings();
        assertThat(findings).hasSize(6);
        assertThat(findings.stream().mapToLong(Finding::pages).sum()).isEqualTo(20);
        assertThat(findings).anyMatch(f -> f.runCount() == 15 && f.pages() == 15);
    }

    @Test
    void identifiersAreTheSameForTheSameTrace() {
        Scene again = new Scene();
        for (Scene each : List.of(scene, again)) {
            each.register(1, 1000, 2, 50, RW);
            each.dontneed(1000, 2);
        }
        assertThat(findings()).isEqualTo(again.analysis.finish().findings());
    }

    @Test
    void identifiersStayWhilePagesJoinAreMappedAgainAndAreUsed() {
        scene.register(1, 1000, 16, 50, RW);
        long call = scene.call(28, 1000 << 12, 16 << 12, 4);
        scene.zap(call, 2, 1008, 2);
        String id = onlyOpen().id();
        scene.zap(call, 2, 1010, 3); // above
        assertThat(onlyOpen().id()).isEqualTo(id);
        scene.zap(call, 2, 1006, 2); // below
        assertThat(onlyOpen()).satisfies(f -> {
            assertThat(f.id()).isEqualTo(id);
            assertThat(f.pages()).isEqualTo(7);
        });
        scene.fault(1006, 1, 900); // stale now, the others are still detached
        assertThat(open()).extracting(Finding::id).hasSize(2).startsWith(id).doesNotHaveDuplicates();
        scene.fault(1007, 6, 901);
        scene.deviceReads(1, 1006, 7);
        assertThat(onlyOpen()).satisfies(f -> {
            assertThat(f.id()).isEqualTo(id);
            assertThat(f.severity()).isEqualTo(Severity.CRITICAL);
        });
        scene.deregister(1);
        assertThat(findings()).singleElement().satisfies(f -> assertThat(f.id()).isEqualTo(id));
    }

    private Finding onlyOpen() {
        assertThat(open()).hasSize(1);
        return lastOpen.get(0);
    }

    /** Findings of the one region that changed. */
    private List<Finding> open() {
        List<LiveRegion> changed = scene.analysis.changed();
        lastOpen = changed.isEmpty() ? lastOpen : changed.get(0).open();
        return lastOpen;
    }
}
