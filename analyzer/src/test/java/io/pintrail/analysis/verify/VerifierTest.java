// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.AnalysisOptions;
import io.pintrail.analysis.Verdict;
import io.pintrail.trace.TraceVisitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifierTest {
    private static final String HEADER = "mark,pid,lkey,va,pfn,present\n";

    @TempDir
    Path dir;

    private Path csv(String rows) throws IOException {
        return Files.writeString(dir.resolve("truth.csv"), rows);
    }

    /** Region abc of pid 5: page 10 frame 50 is OK, page 11 frame 51 is unmapped before mark m comes again. */
    private VerifyResult verify(String rows, boolean lose) throws IOException {
        return verify(rows, lose, null);
    }

    private VerifyResult verify(String rows, boolean lose, String healedAt) throws IOException {
        return verify(rows, lose, false, healedAt);
    }

    private VerifyResult verify(String rows, boolean lose, boolean cut, String healedAt) throws IOException {
        Verifier verifier = new Verifier(TruthTable.read(csv(HEADER + rows))).healedAt(healedAt);
        Analysis analysis = new Analysis(AnalysisOptions.EVENTS_ONLY, verifier);
        analysis.registerBegin(1, 5, 5, 1, 1, 1, "rxe0", 10 << 12, 2 << 12, 10 << 12, 7);
        analysis.umemBegin(2, 5, 5, 1, 1, 1, 10 << 12, 2 << 12, 7);
        analysis.pinBegin(3, 5, 5, 1, 1, 1, 1, 1, 10, 2, 13, 0);
        analysis.pinPages(4, 5, 5, 1, 10, 2, 50, 1, 1);
        analysis.pinEnd(5, 5, 5, 1, 2);
        analysis.umemEnd(6, 5, 5, 1, 0);
        analysis.registerEnd(7, 5, 5, 1, 0, 0xabc, 0xabc);
        if (lose) {
            analysis.lost(8, 0, 0, 0, 1, 1);
        }
        analysis.mark(9, 5, 5, "m");
        analysis.map(10, 5, 5, 1, 2, 0, 11, 1, TraceVisitor.NONE, 0, 0);
        analysis.mark(11, 5, 5, "m");
        if (cut) {
            analysis.gap(1, 0);
        }
        return verifier.result(analysis.finish());
    }

    private static final String BOTH = "m,5,abc,a000,32,1\nm,5,abc,b000,33,1\nm,5,abc,a000,32,1\nm,5,abc,b000,0,0\n";

    @Test
    void agreesWhenEveryRowFits() throws IOException {
        VerifyResult result = verify(BOTH, false);
        assertThat(result.agrees()).isTrue();
        assertThat(result.compared()).isEqualTo(4);
        assertThat(result.count(Verdict.OK, VerifyResult.Truth.SAME_FRAME)).isEqualTo(3);
        assertThat(result.count(Verdict.DETACHED, VerifyResult.Truth.NOT_PRESENT))
                .isEqualTo(1);
    }

    @Test
    void unknownAfterALossAgreesButNotWhereItShouldBeHealed() throws IOException {
        assertThat(verify(BOTH, true).agrees()).isTrue();
        VerifyResult result = verify(BOTH, true, "m");
        assertThat(result.agrees()).isFalse();
        assertThat(result.notHealed()).isEqualTo(3);
    }

    @Test
    void regionMayBeMissingOnlyWhereSomethingWasLost() throws IOException {
        String other = BOTH + "m,5,def,a000,32,1\n";
        assertThat(verify(other, false).agrees()).isFalse();
        assertThat(verify(other, true).agrees()).isTrue();
    }

    @Test
    void namesThePageThatDiffers() throws IOException {
        VerifyResult result = verify("m,5,abc,a000,99,1\nm,5,abc,b000,33,1\n", false);
        assertThat(result.agrees()).isFalse();
        assertThat(result.first()).singleElement().satisfies(d -> {
            assertThat(d.page().va()).isEqualTo(0xa000);
            assertThat(d.truthPfn()).isEqualTo("99");
        });
    }

    @Test
    void rowWithoutRegionAndMarkWithoutEventDisagree() throws IOException {
        assertThat(verify(BOTH + "m,5,def,a000,32,1\n", false).rowsWithoutPage())
                .isEqualTo(1);
        VerifyResult unseen = verify(BOTH + "other,5,abc,a000,32,1\n", false);
        assertThat(unseen.agrees()).isFalse();
        assertThat(unseen.unseenMarks()).containsExactly("other");
    }

    @Test
    void unknownIsADisagreementOnlyWhereNothingWasLost() throws IOException {
        VerifyResult result = verify(BOTH, true);
        assertThat(result.unknown()).isEqualTo(3);
        assertThat(result.agrees()).isTrue();
    }

    @Test
    void traceWithoutItsEndLacksLaterMarksAndTheEndOnly() throws IOException {
        assertThat(verify(BOTH + "other,5,abc,a000,32,1\nend,5,abc,a000,32,1\n", false, true, null))
                .matches(VerifyResult::agrees)
                .matches(result -> !result.lost());
        assertThat(verify(BOTH + "m,5,def,a000,32,1\n", false, true, null).agrees())
                .isFalse();
        assertThat(verify(BOTH + "m,5,abc,c000,33,1\n", false, true, null).agrees())
                .isFalse();
    }

    @Test
    void pageWithoutRowIsCountedAndAgrees() throws IOException {
        VerifyResult result = verify("m,5,abc,a000,32,1\n", false);
        assertThat(result.agrees()).isTrue();
        assertThat(result.count(Verdict.OK, VerifyResult.Truth.NO_ROW)).isEqualTo(1);
    }

    @Test
    void emptyTruthDoesNotAgree() throws IOException {
        assertThat(verify("", false).agrees()).isFalse();
    }

    @Test
    void badTruthIsToldInOneLine() throws IOException {
        Path bad = csv(HEADER + "m,5,abc,a000,32,1\nm,five,abc,a000,32,1\n");
        assertThatThrownBy(() -> TruthTable.read(bad))
                .isInstanceOf(CsvException.class)
                .hasMessage(bad + ": line 3: pid is not a decimal number: five; correct this line or record again");
        assertThatThrownBy(() -> TruthTable.read(csv("a,b\n")))
                .hasMessageContaining("line 1: the header is not mark,pid");
        assertThatThrownBy(() -> TruthTable.read(csv(HEADER + "m,5,abc\n")))
                .hasMessageContaining("3 fields instead of 6");
        assertThatThrownBy(() -> TruthTable.read(dir.resolve("none.csv"))).hasMessageContaining("no such file");
    }
}
