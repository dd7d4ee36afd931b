// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import static io.pintrail.analysis.Scene.PIN_READ;
import static io.pintrail.analysis.Scene.RW;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is said of uses by the device where some, or all events of a time, are not in the trace. */
class LostUsesTest {
    private final Scene scene = new Scene();

    private void staleRegion() {
        scene.register(1, 1000, 4, 50, RW);
        scene.dontneed(1001, 2);
        scene.fault(1001, 2, 900);
    }

    private void loseAccesses(long count) {
        scene.analysis.accessesLost(scene.tick(), 0, 0, count, 10);
    }

    private Finding finding() {
        return scene.analysis.finish().findings().get(0);
    }

    @Test
    void withoutLossesTheUsesAreAllThereWere() {
        staleRegion();
        assertThat(finding().usedAfter()).isEqualTo(Finding.Use.NONE);
        assertThat(finding().explanation()).endsWith(" The device has not used them since.");
    }

    @Test
    void accessesLostAfterThePagesWentStaleMayHaveBeenUsesOfThem() {
        staleRegion();
        loseAccesses(1);
        loseAccesses(2);
        AnalysisResult result = scene.analysis.finish();
        assertThat(result.findings()).singleElement().satisfies(f -> {
            assertThat(f.usedAfter()).isEqualTo(Finding.Use.NONE_KNOWN);
            assertThat(f.severity()).isEqualTo(Severity.WARNING);
            assertThat(f.explanation())
                    .endsWith(" Whether the device has used them since cannot be told: 3 of its accesses are not in the"
                            + " trace.");
        });
        assertThat(result.notices()).singleElement().satisfies(notice -> {
            assertThat(notice.kind()).isEqualTo(Notice.Kind.ACCESSES_LOST);
            assertThat(notice.text()).startsWith("3 accesses of the device are not in the trace");
        });
        assertThat(result.counters().lostEvents()).isZero();
    }

    @Test
    void oneLostAccessIsNotSeveral() {
        staleRegion();
        loseAccesses(1);
        assertThat(finding().explanation()).endsWith("cannot be told: 1 of its accesses is not in the trace.");
    }

    @Test
    void lostAccessesLeavePageStatesAsTheyAre() {
        staleRegion();
        loseAccesses(1);
        scene.mark("m");
        assertThat(scene.at("m")).isEqualTo("OSSO");
    }

    @Test
    void accessesLostBeforeThePagesWentStaleDoNotMatter() {
        loseAccesses(1);
        staleRegion();
        assertThat(finding().usedAfter().complete()).isTrue();
    }

    @Test
    void accessesLostAfterTheDeregistrationDoNotMatter() {
        staleRegion();
        scene.deregister(1);
        loseAccesses(1);
        assertThat(finding().usedAfter().complete()).isTrue();
        assertThat(finding().explanation()).endsWith(" The device has not used them since.");
    }

    @Test
    void aLossOfTheRegionsTimeMayBeToldAfterItsEnd() {
        staleRegion();
        scene.deregister(1);
        scene.analysis.accessesLost(scene.tick(), 0, 0, 5, scene.now);
        assertThat(finding().usedAfter().complete()).isFalse();
        assertThat(finding().explanation()).endsWith("cannot be told: 5 of its accesses are not in the trace.");
    }

    @Test
    void aLossAfterThePagesCameBackDoesNotMatter() {
        staleRegion();
        scene.deviceReads(1, 1001, 1);
        scene.fault(1001, 2, 51);
        loseAccesses(1);
        assertThat(finding().healedAt()).isPresent();
        assertThat(finding().usedAfter().complete()).isTrue();
    }

    @Test
    void knownUsesAreTheLeastThereWere() {
        staleRegion();
        scene.deviceReads(1, 1001, 2);
        scene.deviceWrites(1, 1001, 2);
        scene.deviceWrites(1, 1001, 1);
        loseAccesses(1);
        Finding found = finding();
        assertThat(found.usedAfter().reads()).isEqualTo(2);
        assertThat(found.usedAfter().complete()).isFalse();
        assertThat(found.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(found.explanation())
                .contains("the device read them at least twice, getting data")
                .contains("and wrote them at least 3 times, which");
    }

    @Test
    void amongLostEventsMayBeUses() {
        staleRegion();
        scene.analysis.lost(scene.tick(), 0, 0, 1, 5, 10);
        assertThat(finding().usedAfter().complete()).isFalse();
        assertThat(finding().explanation()).endsWith("since cannot be told: events were lost then.");
    }

    @Test
    void aMissingEndConcernsWhatLives() {
        staleRegion();
        scene.register(2, 2000, 2, 70, RW);
        scene.dontneed(2000, 2);
        scene.deregister(2);
        scene.analysis.gap(7, 0);
        assertThat(scene.analysis.finish().findings())
                .extracting(Finding::region, f -> f.usedAfter().complete())
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("h0r1", false),
                        org.assertj.core.groups.Tuple.tuple("h0r2", true));
    }

    @Test
    void writesThroughARegionPinnedForReadingMayBeMissing() {
        scene.register(1, 1000L << 12, 2L << 12, RW, PIN_READ, 1, 50, Scene.ANON);
        scene.deregister(1);
        scene.analysis.accessesLost(scene.tick(), 0, 0, 1, scene.now);
        assertThat(finding().type()).isEqualTo(FindingClass.ACCESS_MISMATCH);
        assertThat(finding().explanation())
                .endsWith("Whether the device has written since cannot be told: 1 of its accesses is not in the"
                        + " trace.");
    }

    @Test
    void aLiveRegionIsToldAnewWhenALossConcernsIt() {
        staleRegion();
        assertThat(scene.analysis.changed()).hasSize(1);
        assertThat(scene.analysis.changed()).isEmpty();
        loseAccesses(1);
        assertThat(scene.analysis.changed())
                .singleElement()
                .satisfies(region ->
                        assertThat(region.open().get(0).usedAfter().complete()).isFalse());
    }

    @Test
    void manyLossesAreJoinedAndNoneForgotten() {
        LostSpans spans = new LostSpans();
        for (long time = 0; time < 10_000; time++) {
            spans.add(10 * time, 10 * time + 1, 1);
        }
        assertThat(spans.within(0, Long.MAX_VALUE)).isEqualTo(10_000);
        assertThat(spans.within(99_980, 99_999)).isBetween(2L, 32L);
        spans.add(0, 1, -1);
        assertThat(spans.within(0, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }
}
