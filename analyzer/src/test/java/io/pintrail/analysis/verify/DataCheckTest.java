// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.AnalysisOptions;
import io.pintrail.analysis.AnalysisResult;
import io.pintrail.trace.TraceVisitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCheckTest {
    private static final String HEADER = "mark,pid,lkey,va,read\n";

    @TempDir
    Path dir;

    /** Region abc of pid 5, pages a and b; b is discarded, read by the device, and then faulted in. */
    private static AnalysisResult analysis() {
        Analysis analysis = stale();
        analysis.access(11, 5, 5, 1, 10 << 12, 8192, 0);
        analysis.map(12, 5, 5, 1, 1, 0, 11, 1, 99, 1, 1);
        return analysis.finish();
    }

    private static Analysis stale() {
        Analysis analysis = new Analysis(AnalysisOptions.EVENTS_ONLY);
        analysis.registerBegin(1, 5, 5, 1, 1, 1, "rxe0", 10 << 12, 2 << 12, 10 << 12, 7);
        analysis.umemBegin(2, 5, 5, 1, 1, 1, 10 << 12, 2 << 12, 7);
        analysis.pinBegin(3, 5, 5, 1, 1, 1, 1, 1, 10, 2, 13, 0);
        analysis.pinPages(4, 5, 5, 1, 10, 2, 50, 1, 1);
        analysis.umemEnd(6, 5, 5, 1, 0);
        analysis.registerEnd(7, 5, 5, 1, 0, 0xabc, 0xabc);
        analysis.map(10, 5, 5, 1, 2, 0, 11, 1, TraceVisitor.NONE, 0, 0);
        return analysis;
    }

    private DataCheck check(String rows) throws IOException {
        return DataCheck.of(analysis(), Files.writeString(dir.resolve("data.csv"), HEADER + rows));
    }

    @Test
    void pageReadWhileDetachedAndFaultedInAfterwardsIsStaleAndUsed() throws IOException {
        DataCheck check = check("m,5,abc,a000,same\nm,5,abc,b000,stale\n");
        assertThat(check.agrees()).isTrue();
        assertThat(check.rows()).isEqualTo(2);
    }

    @Test
    void namesThePagesOfEitherSide() throws IOException {
        DataCheck check = check("m,5,abc,a000,stale\nm,5,abc,b000,unreadable\n");
        assertThat(check.agrees()).isFalse();
        assertThat(check.onlyRead()).containsExactly("5 abc a000");
        assertThat(check.onlyFound()).containsExactly("5 abc b000");
    }

    @Test
    void aReadThatMayBeMissingFromTheTraceIsNoDisagreement() throws IOException {
        Analysis analysis = stale();
        analysis.map(12, 5, 5, 1, 1, 0, 11, 1, 99, 1, 1);
        analysis.accessesLost(13, 0, 0, 1, 0);
        Path data = Files.writeString(dir.resolve("data.csv"), HEADER + "m,5,abc,a000,stale\nm,5,abc,b000,stale\n");
        DataCheck check = DataCheck.of(analysis.finish(), data);
        assertThat(check.cannotTell()).containsExactly("5 abc b000");
        assertThat(check.onlyRead()).containsExactly("5 abc a000");
        assertThat(check.staleFindings()).isZero();
    }

    @Test
    void aReadThatIsMissingThoughNothingWasLostIsADisagreement() throws IOException {
        Analysis analysis = stale();
        analysis.map(12, 5, 5, 1, 1, 0, 11, 1, 99, 1, 1);
        Path data = Files.writeString(dir.resolve("data.csv"), HEADER + "m,5,abc,b000,stale\n");
        DataCheck check = DataCheck.of(analysis.finish(), data);
        assertThat(check.cannotTell()).isEmpty();
        assertThat(check.onlyRead()).containsExactly("5 abc b000");
    }

    @Test
    void anotherWordIsRefused() {
        assertThatThrownBy(() -> check("m,5,abc,a000,fresh\n"))
                .isInstanceOf(CsvException.class)
                .hasMessageContaining("line 2: read is none of same, stale, unreadable: fresh");
    }
}
