// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.trace.synthetic.SyntheticConfig;
import io.pintrail.trace.synthetic.SyntheticTrace;
import org.junit.jupiter.api.Test;

/** What the analysis remembers while regions live, in bytes: everything reachable from it. */
class StateSizeTest {
    private static final long MIB = 1 << 20;
    private static final int REGIONS = 4;
    private static final long PAGES = 16_384;

    @Test
    void aContiguousTebibyteIsPinnedInUnder20MiB() {
        long oneRegion = 1L << 28;
        assertThat(bytes(1, oneRegion, false, 0, 0)).isLessThan(20 * MIB);
        assertThat(bytes(64, oneRegion / 64, false, 0, 0)).isLessThan(20 * MIB);
    }

    /** 16.8 million of them, 64 GiB, are 141 MiB. Frame numbers of less than 31 bits, up to 8 TiB, take half. */
    @Test
    void aScatteredPageIsPinnedInNineBytes() {
        assertThat(bytesAPage(0, 0)).isLessThan(9);
    }

    /** 16.8 million scattered pages, each seen to map its frame still at a time of its own, are 530 MiB. */
    @Test
    void aScatteredPageThatWasSeenAgainTakes34Bytes() {
        assertThat(bytesAPage(0, 10 * PAGES)).isLessThan(34);
    }

    /** With one in twenty lost, each by a call of its own, and used by the device, they are 674 MiB. */
    @Test
    void scatteredPagesOfWhichOneInTwentyIsLostTake44BytesEach() {
        assertThat(bytesAPage(0.05, 10 * PAGES)).isLessThan(44);
    }

    private static double bytesAPage(double stale, long activity) {
        // Without system calls there is no table of them.
        long fixed = bytes(1, 64, true, stale > 0 ? 1 : 0, 0);
        assertThat(fixed).isLessThan(2 * MIB);
        return (double) (bytes(REGIONS, PAGES, true, stale, activity) - fixed) / (REGIONS * PAGES);
    }

    private static long bytes(int regions, long pages, boolean scattered, double stale, long activity) {
        SyntheticTrace trace =
                new SyntheticTrace(new SyntheticConfig(1, 1, 1, regions, pages, scattered, stale, activity, false));
        Analysis analysis = new Analysis(AnalysisOptions.DEFAULT);
        trace.drive(analysis);
        return Footprint.of(analysis);
    }
}
