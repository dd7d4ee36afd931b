// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.analysis.verify.TruthTable;
import io.pintrail.analysis.verify.Verifier;
import io.pintrail.analysis.verify.VerifyResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What io_uring, vfio, vmsplice and others pin. */
class HolderTest {
    private static final int PID = 5;
    private static final int SHORT = 8;
    private static final int LONG = 12;
    private static final int ANON = 1;
    private static final int ZERO = 2;
    private static final int FILE = 4;
    private static final int DIRECT_IO = 6;
    private static final long ZERO_PFN = 77;

    private final Scribe scribe = new Scribe(null);

    /** Holds of one process, pages 10 to 13, frames from 50 on. */
    private static final class Scribe {
        final Analysis analysis;
        private long now;

        Scribe(Verifier verifier) {
            analysis = new Analysis(AnalysisOptions.EVENTS_ONLY, verifier);
            analysis.space(tick(), PID, PID, 1, "app");
        }

        long tick() {
            return now += 1000;
        }

        void hold(long id, int method, int flags, int kind) {
            analysis.registerBegin(tick(), PID, PID, id, 1, method, "some", 10 << 12, 4 << 12, 0, 0);
            analysis.umemBegin(tick(), PID, PID, id, id, 1, 10 << 12, 4 << 12, 0);
            analysis.pinBegin(tick(), PID, PID, id, id, 1, 4, 3, 10, 4, flags, 0);
            analysis.pinPages(tick(), PID, PID, id, 10, 4, 50, 1, kind);
            analysis.pinEnd(tick(), PID, PID, id, 4);
            analysis.umemEnd(tick(), PID, PID, id, 0);
            analysis.registerEnd(tick(), PID, PID, id, 0, 0, 0);
        }

        void store(long page, long pfn) {
            analysis.map(tick(), PID, PID, 1, 1, 0, page, 1, pfn, 1, ANON);
        }
    }

    @Test
    void pageCachePinnedForReadingGoesStaleByThePin() {
        scribe.hold(1, 4, LONG, FILE);
        scribe.store(11, 900);
        AnalysisResult result = scribe.analysis.finish();
        assertThat(result.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.type()).isEqualTo(FindingClass.STALE);
            assertThat(finding.cause()).isEqualTo(Cause.PIN);
            assertThat(finding.explanation()).contains("not recorded of a vfio DMA mapping");
        });
        assertThat(result.regions())
                .singleElement()
                .satisfies(region -> assertThat(region.holder()).isEqualTo(Holder.VFIO));
    }

    @Test
    void ofADeviceWhoseAccessesAreNotRecordedNothingIsSaidOfUses() {
        scribe.hold(1, 1 | 32, LONG, FILE);
        scribe.store(11, 900);
        AnalysisResult result = scribe.analysis.finish();
        assertThat(result.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.explanation()).endsWith(" Whether it was used since is not recorded of this device.");
            assertThat(finding.usedAfter()).isEqualTo(Finding.Use.NONE_KNOWN);
        });
        assertThat(result.regions()).singleElement().satisfies(region -> {
            assertThat(region.holder()).isEqualTo(Holder.RDMA);
            assertThat(region.usesSeen()).isFalse();
        });
    }

    @Test
    void pagesInAPipeAreASnapshot() {
        scribe.hold(1, 5, SHORT, ANON);
        scribe.store(11, 900);
        AnalysisResult result = scribe.analysis.finish();
        assertThat(result.findings()).isEmpty();
        assertThat(result.regions())
                .singleElement()
                .satisfies(region -> assertThat(region.count(Verdict.SNAPSHOT)).isEqualTo(4));
    }

    @Test
    void pinsOutsideOfRegionsAreCountedByCaller() {
        scribe.analysis.pinBegin(scribe.tick(), PID, PID, 1, 0, 1, DIRECT_IO, 1, 10, 3, SHORT, 0);
        scribe.analysis.pinPages(scribe.tick(), PID, PID, 1, 10, 2, ZERO_PFN, 0, ZERO);
        scribe.analysis.pinPages(scribe.tick(), PID, PID, 1, 12, 1, 50, 1, ANON);
        scribe.analysis.pinEnd(scribe.tick(), PID, PID, 1, 3);
        scribe.analysis.pinBegin(scribe.tick(), PID, PID, 2, 0, 1, DIRECT_IO, 1, 10, 3, SHORT, 0);
        scribe.analysis.pinEnd(scribe.tick(), PID, PID, 2, -14);
        assertThat(scribe.analysis.finish().pins())
                .containsExactly(new PinUse(0, "direct I/O", Verdict.SNAPSHOT, 2, 3, 2, 1));
    }

    @Test
    void pagesThatAreNotToldAreCountedByTheResult() {
        scribe.analysis.pinBegin(scribe.tick(), PID, PID, 1, 0, 1, DIRECT_IO, 1, 10, 3, SHORT, 0);
        scribe.analysis.pinEnd(scribe.tick(), PID, PID, 1, 3);
        assertThat(scribe.analysis.finish().pins())
                .containsExactly(new PinUse(0, "direct I/O", Verdict.SNAPSHOT, 1, 3, 0, 0));
    }

    @Test
    void truthOfKeyZeroIsComparedWithEachHolder(@TempDir Path dir) throws IOException {
        String row = "m,5,0,a000,32,1\n";
        Path truth = Files.writeString(
                dir.resolve("truth.csv"), "mark,pid,lkey,va,pfn,present\n" + row + "m,5,0,b000,33,1\n" + row);
        Verifier verifier = new Verifier(TruthTable.read(truth));
        Scribe two = new Scribe(verifier);
        two.hold(1, 3, LONG, ANON);
        two.hold(2, 4, LONG, ANON);
        two.analysis.mark(two.tick(), PID, PID, "m");
        VerifyResult result = verifier.result(two.analysis.finish());
        assertThat(result.agrees()).isTrue();
        assertThat(result.count(Verdict.OK, VerifyResult.Truth.SAME_FRAME)).isEqualTo(4);
    }
}
