// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import static io.pintrail.analysis.Scene.ANON;
import static io.pintrail.analysis.Scene.PID;
import static io.pintrail.analysis.Scene.PIN_WRITE;
import static io.pintrail.analysis.Scene.RW;
import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.analysis.RegionSummary.Origin;
import org.junit.jupiter.api.Test;

/** A region whose REGISTER_BEGIN, or more, was in a batch that is missing is listed with what is left. */
class LostBeginTest {
    private final Scene scene = new Scene();

    private RegionSummary only() {
        AnalysisResult result = scene.analysis.finish();
        assertThat(result.regions()).hasSize(1);
        return result.regions().get(0);
    }

    @Test
    void keysAreKnownFromTheEndOfTheRegistration() {
        scene.registerEnd(3, 0);
        scene.mark("then");
        RegionSummary region = only();
        assertThat(region.origin()).isEqualTo(Origin.LOST);
        assertThat(region.lkey()).isEqualTo(48);
        assertThat(region.pid()).isEqualTo(PID);
        assertThat(region.comm()).isEqualTo("app");
        assertThat(region.registeredAt()).isPresent();
        assertThat(region.live()).isTrue();
        assertThat(scene.at("then")).isEmpty();
    }

    @Test
    void pagesAreJudgedWhereThePinsAreThere() {
        scene.umem(3, 3, 16 << 12, 4 << 12, RW, PIN_WRITE, 1, 100, ANON);
        scene.registerEnd(3, 0);
        scene.dontneed(17, 1);
        scene.fault(17, 1, 900);
        scene.mark("then");
        assertThat(scene.at("then")).isEqualTo("OSOO");
        RegionSummary region = only();
        assertThat(region.va()).isEqualTo(16 << 12);
        assertThat(region.length()).isEqualTo(4 << 12);
        assertThat(region.access()).isEqualTo(RW);
        assertThat(region.count(Verdict.STALE)).isOne();
    }

    @Test
    void anAccessTellsThatThereIsARegion() {
        scene.deviceReads(5, 16, 2);
        RegionSummary region = only();
        assertThat(region.id()).isEqualTo("h0r5");
        assertThat(region.use().reads()).isEqualTo(2);
        assertThat(region.registeredAt()).isEmpty();
    }

    @Test
    void soDoesADeregistration() {
        scene.analysis.deregister(scene.tick(), PID, PID, 5, 0);
        assertThat(only().deregisteredAt()).isPresent();
    }

    @Test
    void aLostEndDoesNotHideFindings() {
        scene.registerBegin(1, 16 << 12, 4 << 12, RW);
        scene.umem(1, 1, 16 << 12, 4 << 12, RW, PIN_WRITE, 1, 100, ANON);
        scene.analysis.lost(scene.tick(), 0, 0, 0, 1, 10);
        scene.map(0, 16, 4, 100, ANON);
        scene.dontneed(17, 1);
        scene.fault(17, 1, 900);
        AnalysisResult result = scene.analysis.finish();
        assertThat(result.regions()).hasSize(1);
        assertThat(result.findings()).hasSize(1);
    }

    @Test
    void nothingComesBackFromARegionThatIsGone() {
        scene.register(1, 16, 4, 100, RW);
        scene.deregister(1);
        scene.deviceReads(1, 16, 1);
        scene.registerBegin(2, 64 << 12, 4096, RW);
        scene.registerEnd(2, -12);
        scene.deviceReads(2, 64, 1);
        AnalysisResult result = scene.analysis.finish();
        assertThat(result.regions()).hasSize(2);
        assertThat(result.regions().get(0).use().reads()).isZero();
        assertThat(result.regions().get(1).error()).isEqualTo(-12);
    }
}
