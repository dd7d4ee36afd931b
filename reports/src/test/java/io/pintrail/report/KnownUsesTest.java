// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pintrail.analysis.Cause;
import io.pintrail.analysis.Finding;
import io.pintrail.analysis.FindingClass;
import io.pintrail.analysis.Severity;
import io.pintrail.analysis.Verdict;
import io.pintrail.analysis.verify.DataCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No output says that pages were not used, or how often, where the trace lacks accesses of the device. */
class KnownUsesTest {
    private static final String NOT_USED = "Not used by the device since.";
    private static final String CANNOT_BE_TOLD = "Whether the device has used them since cannot be told.";

    private static Report report(FindingClass type, Finding.Use use) {
        return new Report(
                List.of(new Report.TraceFile("t.ptl", List.of())),
                MadeUp.result(
                        List.of(MadeUp.host(0, "node1")),
                        List.of(MadeUp.region(0, "app", 16, MadeUp.run(0, 16, Verdict.STALE, Cause.UNMAP))),
                        List.of(MadeUp.finding(0, type, Cause.UNMAP, Severity.WARNING, 0, 16, "app", use)),
                        List.of()),
                "pintrail test");
    }

    private static String text(Report report) throws IOException {
        StringBuilder text = new StringBuilder();
        TextSummary.write(report, false, text);
        return text + HtmlFindings.html(report).html();
    }

    private static boolean complete(Report report) throws IOException {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        FindingsJson.write(report, json);
        return new ObjectMapper()
                .readTree(json.toByteArray())
                .at("/findings/0/usedAfter/complete")
                .booleanValue();
    }

    @Test
    void pagesThatWereNotUsed() throws IOException {
        Report report = report(FindingClass.STALE, Finding.Use.NONE);
        assertThat(text(report)).containsSubsequence(NOT_USED, NOT_USED).doesNotContain(CANNOT_BE_TOLD);
        assertThat(complete(report)).isTrue();
    }

    @Test
    void pagesThatMayHaveBeenUsed() throws IOException {
        Report report = report(FindingClass.STALE, Finding.Use.NONE_KNOWN);
        assertThat(text(report))
                .containsSubsequence(CANNOT_BE_TOLD, CANNOT_BE_TOLD)
                .doesNotContain("Not used");
        assertThat(complete(report)).isFalse();
    }

    @Test
    void pagesThatMayHaveBeenUsedMoreOften() throws IOException {
        String used = text(report(FindingClass.STALE, new Finding.Use(3, 1, 4096, 1, 2, false)));
        String least = "The device read at least 3 times and wrote at least once, 4 KiB, after that.";
        assertThat(used).containsSubsequence(least, least, "perhaps more, for not all accesses are in the trace");
    }

    @Test
    void ofPagesThatMapWhatTheyPinnedNothingIsSaid() throws IOException {
        assertThat(text(report(FindingClass.ZERO, Finding.Use.NONE_KNOWN))).doesNotContain(NOT_USED, CANNOT_BE_TOLD);
    }

    @Test
    void verifySaysOfHowManyPagesItCannotTell() throws IOException {
        StringBuilder some = new StringBuilder();
        VerifyText.write(new DataCheck(9, 2, 1, List.of(), List.of(), List.of("5 abc b000")), some);
        assertThat(some)
                .contains(
                        "1 page with stale data cannot be compared: the trace lacks accesses of the device.\nAgrees.");
        StringBuilder none = new StringBuilder();
        VerifyText.write(new DataCheck(9, 1, 1, List.of(), List.of(), List.of()), none);
        assertThat(none).doesNotContain("cannot be compared");
    }
}
