// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import static io.pintrail.analysis.Scene.ANON;
import static io.pintrail.analysis.Scene.ASID;
import static io.pintrail.analysis.Scene.FAULT;
import static io.pintrail.analysis.Scene.PID;
import static io.pintrail.analysis.Scene.PIN_WRITE;
import static io.pintrail.analysis.Scene.RW;
import static io.pintrail.analysis.Scene.SHMEM;
import static io.pintrail.analysis.Scene.ZAP;
import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.trace.TraceVisitor;
import org.junit.jupiter.api.Test;

/** DOUBT: what pages map is unknown from a time on, until they are observed at that time or later. */
class DoubtTest {
    private final Scene scene = new Scene();

    private long doubt(long page, long pages) {
        long time = scene.tick();
        doubtAt(time, page, pages);
        return time;
    }

    private void doubtAt(long time, long page, long pages) {
        scene.analysis.doubt(time, PID, PID, ASID, page, pages);
    }

    private void seenAt(long time, long page, long pages, long pfn) {
        scene.analysis.map(time, PID, PID, ASID, FAULT, 0, page, pages, pfn, 1, ANON);
    }

    @Test
    void doubtfulPagesAreUnknownAndTheOthersAreNot() {
        scene.register(1, 1000, 4, 50, RW);
        doubt(1001, 2);
        doubt(900, 50);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("OUUO");
        assertThat(scene.rows.get(1).reason()).isEqualTo(UnknownReason.NOT_OBSERVED);
        assertThat(scene.rows.get(1).mapped()).isEqualTo(AnalysisState.UNKNOWN);
        assertThat(scene.rows.get(1).pinned()).isEqualTo(51);
        assertThat(scene.analysis.finish().regions())
                .singleElement()
                .satisfies(r -> assertThat(r.unknownReason()).isEqualTo(UnknownReason.NOT_OBSERVED));
    }

    @Test
    void anObservationHealsFromTheSameTimeOnInWhateverOrderTheyCome() {
        scene.register(1, 1000, 4, 50, RW);
        long before = scene.tick();
        long at = doubt(1000, 4);
        seenAt(before, 1000, 1, 50);
        seenAt(at, 1001, 1, 51);
        seenAt(scene.tick(), 1002, 2, 900);
        doubtAt(at, 1000, 4);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("UOSS");
    }

    @Test
    void theLatestDoubtCounts() {
        scene.register(1, 1000, 3, 50, RW);
        long first = scene.tick();
        long seen = scene.tick();
        seenAt(seen, 1000, 2, 50);
        doubt(1001, 1);
        doubtAt(first, 1000, 3);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("OUU");
    }

    @Test
    void aPinThatComesLaterIsKnown() {
        scene.registerBegin(1, 1000 << 12, 2 << 12, RW);
        scene.umemBegin(1, 1, 1000 << 12, 2 << 12, RW);
        doubt(1000, 1);
        scene.pin(1, 1000, 2, 50, 1, PIN_WRITE, ANON);
        doubt(1001, 1);
        scene.analysis.umemEnd(scene.tick(), PID, PID, 1, 0);
        scene.registerEnd(1, 0);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("OU");
    }

    @Test
    void aStalePageStaysTheSameEpisodeWhenADoubtIsOver() {
        scene.register(1, 1000, 2, 50, RW);
        scene.dontneed(1000, 2);
        scene.fault(1000, 2, 900);
        doubt(1000, 2);
        scene.mark("doubt");
        scene.fault(1000, 2, 900);
        scene.mark("seen");
        assertThat(scene.at("doubt")).isEqualTo("UU");
        assertThat(scene.at("seen")).isEqualTo("SS");
        assertThat(scene.analysis.finish().findings()).singleElement().satisfies(f -> {
            assertThat(f.cause()).isEqualTo(Cause.UNMAP);
            assertThat(f.by().call()).startsWith("madvise");
        });
    }

    @Test
    void anUnmapBeforeTheDoubtIsStillTheCause() {
        scene.register(1, 1000, 1, 50, RW);
        long call = scene.call(11, 1000 << 12, 4096);
        scene.analysis.unmap(scene.tick(), PID, PID, ASID, 1, 0, call, 1000, 1);
        doubt(1000, 1);
        scene.fault(1000, 1, 900);
        assertThat(scene.analysis.finish().findings())
                .singleElement()
                .satisfies(f -> assertThat(f.by().call()).startsWith("munmap"));
    }

    @Test
    void aCopyAfterADoubtIsNotBlamedOnTheFault() {
        scene.register(1, 1000, 1, 50, RW);
        doubt(1000, 1);
        scene.fault(1000, 1, 900);
        assertThat(scene.analysis.finish().findings())
                .singleElement()
                .satisfies(f -> assertThat(f.cause()).isEqualTo(Cause.OTHER));
    }

    @Test
    void aSnapshotHeals() {
        scene.register(1, 1000, 3, 50, RW);
        doubt(1000, 3);
        scene.analysis.snapshot(scene.tick(), 1, 1, ASID, 1000, 1, 50, 1, ANON);
        scene.analysis.snapshot(scene.tick(), 1, 1, ASID, 1001, 1, 900, 1, ANON);
        scene.analysis.snapshotEnd(scene.tick(), 1, 1);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("OSU");
        assertThat(scene.analysis.finish().hosts().get(0).snapshotDifferences()).isZero();
    }

    /** Whether a private copy was there, which a truncate leaves alone, nobody knows: the doubt stays. */
    @Test
    void anUnmapThatSparesPrivateCopiesSaysNothingOfDoubtfulPages() {
        scene.register(1, 1000 << 12, 2 << 12, RW, PIN_WRITE, 1, 50, SHMEM);
        doubt(1000, 1);
        long call = scene.call(285, 3, 3, 0, 8192);
        scene.analysis.unmap(scene.tick(), PID, PID, ASID, 3, 3, call, 1000, 2);
        scene.mark("m");
        scene.analysis.unmap(scene.tick(), PID, PID, ASID, 1, 1, call, 1000, 2);
        scene.mark("all");
        assertThat(scene.at("m")).isEqualTo("UD");
        assertThat(scene.at("all")).isEqualTo("DD");
    }

    @Test
    void theEndOfTheAddressSpaceIsKnownWhateverWasInDoubt() {
        scene.register(1, 1000, 1, 50, RW);
        doubt(1000, 1);
        scene.analysis.spaceEnd(scene.tick(), PID, PID, ASID, 0);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("D");
    }

    @Test
    void everyRegionOverThePagesIsInDoubt() {
        scene.register(1, 1000, 2, 50, RW);
        scene.register(2, 1001, 2, 51, RW);
        doubt(1001, 1);
        scene.map(ZAP, 1002, 1, TraceVisitor.NONE, 0);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("OUUD");
    }
}
