// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import static io.pintrail.analysis.Scene.ANON;
import static io.pintrail.analysis.Scene.ASID;
import static io.pintrail.analysis.Scene.PID;
import static io.pintrail.analysis.Scene.PIN_WRITE;
import static io.pintrail.analysis.Scene.RW;
import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.trace.BatchHeader;
import io.pintrail.trace.RecordingId;
import org.junit.jupiter.api.Test;

class LossTest {
    private final Scene scene = new Scene();

    private void lose() {
        scene.analysis.lost(scene.tick(), 0, 0, 1, 5, 10);
    }

    @Test
    void afterALossEveryPageIsUnknownUntilSeenAgain() {
        scene.register(1, 1000, 3, 50, RW);
        lose();
        scene.mark("lost");
        scene.fault(1001, 1, 900);
        scene.fault(1002, 1, 52);
        scene.mark("seen");
        assertThat(scene.at("lost")).isEqualTo("UUU");
        assertThat(scene.at("seen")).isEqualTo("USO");
        assertThat(scene.rows.get(0).reason()).isEqualTo(UnknownReason.EVENTS_LOST);
        assertThat(scene.analysis.finish().notices()).extracting(Notice::kind).containsExactly(Notice.Kind.LOSS);
    }

    @Test
    void regionRegisteredAfterTheLossIsSound() {
        lose();
        scene.register(1, 1000, 3, 50, RW);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("OOO");
    }

    @Test
    void snapshotHealsWhatALossLeftUnknown() {
        scene.register(1, 1000, 4, 50, RW);
        lose();
        scene.analysis.snapshotBegin(scene.tick(), 1, 1, 2);
        scene.analysis.snapshot(scene.tick(), 1, 1, ASID, 1000, 2, 50, 1, ANON);
        scene.analysis.snapshot(scene.tick(), 1, 1, ASID, 1002, 1, -1, 0, 0);
        scene.analysis.snapshotEnd(scene.tick(), 1, 1);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("OODU");
    }

    @Test
    void snapshotCountsOnceItIsKnownToHaveBeenRead() {
        scene.register(1, 1000, 2, 50, RW);
        lose();
        scene.analysis.snapshotBegin(scene.tick(), 1, 1, 2);
        scene.analysis.snapshot(scene.tick(), 1, 1, ASID, 1000, 1, 900, 1, ANON);
        scene.mark("first part being read");
        scene.analysis.snapshot(scene.tick(), 1, 1, ASID, 1001, 1, 51, 1, ANON);
        scene.mark("second part being read");
        scene.analysis.snapshotEnd(scene.tick(), 1, 1);
        scene.mark("all read");
        assertThat(scene.at("first part being read")).isEqualTo("UU");
        assertThat(scene.at("second part being read")).isEqualTo("SU");
        assertThat(scene.at("all read")).isEqualTo("SO");
    }

    @Test
    void changeWhileASnapshotWasReadIsLaterThanTheSnapshot() {
        scene.register(1, 1000, 1, 50, RW);
        lose();
        scene.analysis.snapshotBegin(scene.tick(), 1, 1, 2);
        scene.analysis.snapshot(scene.tick(), 1, 1, ASID, 1000, 1, 900, 1, ANON);
        scene.fault(1000, 1, 50);
        scene.analysis.snapshotEnd(scene.tick(), 1, 1);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("O");
    }

    @Test
    void snapshotBeforeTheEndOfALossHealsNothing() {
        scene.register(1, 1000, 1, 50, RW);
        long read = scene.tick();
        scene.tick();
        lose();
        scene.analysis.snapshot(read, 1, 1, ASID, 1000, 1, 50, 1, ANON);
        scene.analysis.snapshotEnd(scene.tick(), 1, 1);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("U");
    }

    @Test
    void snapshotsHealALossEvenWhereTheyAreNotCompared() {
        Scene events = new Scene(AnalysisOptions.EVENTS_ONLY);
        events.register(1, 1000, 2, 50, RW);
        events.analysis.snapshot(events.tick(), 1, 1, ASID, 1001, 1, 999, 1, ANON);
        events.analysis.snapshotEnd(events.tick(), 1, 1);
        events.mark("before");
        events.analysis.lost(events.tick(), 0, 0, 1, 5, 10);
        events.analysis.snapshot(events.tick(), 1, 1, ASID, 1000, 1, 50, 1, ANON);
        events.analysis.snapshotEnd(events.tick(), 1, 1);
        events.mark("after");
        assertThat(events.at("before")).isEqualTo("OO");
        assertThat(events.at("after")).isEqualTo("OU");
        assertThat(events.analysis.finish().hosts().get(0).snapshotPages()).isZero();
    }

    @Test
    void unmapThatSparesPrivateCopiesLeavesUnknownWhatALossMadeSo() {
        scene.register(1, 1000 << 12, 2 << 12, RW, PIN_WRITE, 1, 50, Scene.SHMEM);
        lose();
        scene.fault(1001, 1, 51);
        scene.analysis.unmap(scene.tick(), PID, PID, ASID, 3, 1 | 2, 0, 1000, 1);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("UO");
    }

    @Test
    void snapshotThatContradictsTheEventsIsReportedAndChangesNothing() {
        scene.register(1, 1000, 4, 50, RW);
        scene.analysis.snapshot(scene.tick(), 1, 1, ASID, 1000, 3, 50, 1, ANON);
        scene.analysis.snapshot(scene.tick(), 1, 1, ASID, 1003, 1, 999, 1, ANON);
        scene.analysis.snapshotEnd(scene.tick(), 1, 1);
        scene.mark("m");
        AnalysisResult result = scene.analysis.finish();
        assertThat(scene.at("m")).isEqualTo("OOOO");
        assertThat(result.hosts().get(0).snapshotPages()).isEqualTo(4);
        assertThat(result.hosts().get(0).snapshotDifferences()).isEqualTo(1);
        assertThat(result.notices()).extracting(Notice::kind).containsExactly(Notice.Kind.SNAPSHOT_DIFFERS);
    }

    @Test
    void changeDuringASnapshotIsNoContradiction() {
        scene.register(1, 1000, 1, 50, RW);
        scene.analysis.snapshot(scene.tick(), 1, 1, ASID, 1000, 1, 999, 1, ANON);
        scene.fault(1000, 1, 999);
        scene.analysis.snapshotEnd(scene.tick(), 1, 1);
        assertThat(scene.analysis.finish().hosts().get(0).snapshotDifferences()).isZero();
    }

    @Test
    void pagesThatNoPinReturnedAreUnknown() {
        scene.registerBegin(1, 1000 << 12, 4 << 12, RW);
        scene.umemBegin(1, 1, 1000 << 12, 4 << 12, RW);
        scene.pin(1, 1001, 2, 50, 1, PIN_WRITE, ANON);
        scene.analysis.umemEnd(scene.tick(), PID, PID, 1, 0);
        scene.registerEnd(1, 0);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("UOOU");
        assertThat(scene.rows.get(0).reason()).isEqualTo(UnknownReason.PIN_NOT_SEEN);
    }

    @Test
    void missingProbeLeavesPageStatesUnknown() {
        scene.analysis.probe(scene.tick(), 1, 1, "unmap", "unmap_vmas", 0, "no such symbol");
        scene.analysis.probe(scene.tick(), 1, 1, "access", "rxe_mr_copy", 0, "no such symbol");
        scene.register(1, 1000, 1, 50, RW);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("U");
        assertThat(scene.rows.get(0).reason()).isEqualTo(UnknownReason.PROBE_MISSING);
        assertThat(scene.analysis.finish().notices()).hasSize(1);
    }

    @Test
    void cutTraceLeavesTheEndUnknown() {
        scene.register(1, 1000, 1, 50, RW);
        scene.mark("m");
        scene.analysis.gap(7, 0);
        AnalysisResult result = scene.analysis.finish();
        assertThat(scene.at("m")).isEqualTo("O");
        assertThat(scene.at("end")).isEqualTo("U");
        assertThat(result.regions().get(0).unknownReason()).isEqualTo(UnknownReason.TRACE_CUT);
    }

    @Test
    void copyAfterALossIsNotBlamedOnTheFault() {
        scene.register(1, 1000, 1, 50, RW);
        lose();
        scene.fault(1000, 1, 900);
        assertThat(scene.analysis.finish().findings())
                .singleElement()
                .satisfies(f -> assertThat(f.cause()).isEqualTo(Cause.OTHER));
    }

    @Test
    void missingBatchLeavesItsTimeUnknownAndNothingBefore() {
        scene.analysis.batch(batch(0, scene.now, scene.now + 50_000));
        scene.register(1, 1000, 2, 50, RW);
        long marked = scene.tick();
        long seen = scene.now + 1_000_000;
        scene.analysis.batch(batch(2, seen, seen));
        scene.analysis.gap(1, 1);
        scene.analysis.mark(marked, PID, PID, "before");
        scene.analysis.map(seen + 1, PID, PID, ASID, 1, 0, 1000, 1, 50, 1, ANON);
        scene.analysis.mark(seen + 2, PID, PID, "after");
        assertThat(scene.at("before")).isEqualTo("OO");
        assertThat(scene.at("after")).isEqualTo("OU");
        assertThat(scene.analysis.finish().counters().gaps()).isEqualTo(1);
    }

    @Test
    void regionWhoseRegistrationEndIsLostIsListedAsUnknown() {
        scene.registerBegin(1, 1000 << 12, 2 << 12, RW);
        scene.umem(1, 1, 1000 << 12, 2 << 12, RW, PIN_WRITE, 1, 50, ANON);
        lose();
        assertThat(scene.analysis.finish().regions())
                .singleElement()
                .satisfies(r -> assertThat(r.count(Verdict.UNKNOWN)).isEqualTo(2));
    }

    private static BatchHeader batch(long sequence, long firstTime, long lastTime) {
        return new BatchHeader(
                RecordingId.NONE, false, sequence == 0, false, 1, 1, sequence, firstTime, lastTime, 1, 0, 0);
    }
}
