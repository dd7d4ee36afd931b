// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code pintrail whatif} on the experiment of 2012, and what the report says of it. */
class WhatIfCommandTest {
    private static final Path SAMPLE = Path.of("../sample-traces/6.1-gup-policy/of-2012-stock.ptl");

    @TempDir
    private Path directory;

    @Test
    void theProposalPinsTheZeroPageSixtyFourTimes() {
        Run run = Run.pintrail("whatif", SAMPLE);
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        List<String> lines = run.out().lines().toList();
        assertThat(lines.get(0)).isEqualTo("1 registration, 64 pages, which the device only reads");
        assertThat(lines)
                .anySatisfy(line -> assertThat(line)
                        .startsWith("  recorded (WRITE|FORCE|LONGTERM)")
                        .contains("64 own pages"));
        assertThat(lines)
                .anySatisfy(line -> assertThat(line)
                        .startsWith("  proposal (proposed 2012)")
                        .contains("64 times the zero page")
                        .endsWith("64 at the next store"));
    }

    @Test
    void csvHasARowForEachRegistrationAndPolicy() throws IOException {
        Path csv = directory.resolve("whatif.csv");
        assertThat(Run.pintrail("whatif", "--csv", csv, SAMPLE).code()).isZero();
        List<String> rows = Files.readAllLines(csv);
        assertThat(rows).hasSize(1 + 2 * 4);
        List<String> header = List.of(rows.get(0).split(","));
        String[] proposal = rows.stream()
                .map(row -> row.split(","))
                .filter(row -> row[header.indexOf("policy")].equals("proposal"))
                .filter(row -> row[header.indexOf("writable")].equals("no"))
                .findFirst()
                .orElseThrow();
        assertThat(proposal[header.indexOf("zero")]).isEqualTo("64");
        assertThat(proposal[header.indexOf("at_store")]).isEqualTo("64");
        assertThat(proposal[header.indexOf("own")]).isEqualTo("0");
    }

    @Test
    void jsonSaysTheSame() throws IOException {
        Run run = Run.pintrail("whatif", "--json", SAMPLE);
        assertThat(run.code()).isZero();
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.at("/schema").asText()).isEqualTo("pintrail/whatif/1");
        assertThat(json.at("/registrations")).hasSize(2);
        JsonNode readOnly = json.at("/registrations/1");
        assertThat(readOnly.at("/writable").asBoolean()).isFalse();
        assertThat(readOnly.at("/recorded/pinned/own").asLong()).isEqualTo(64);
        assertThat(readOnly.at("/policies/proposal/pinned/zero").asLong()).isEqualTo(64);
        assertThat(readOnly.at("/policies/proposal/endangered/atStore").asLong())
                .isEqualTo(64);
        assertThat(readOnly.at("/policies/longterm/pinned/own").asLong()).isEqualTo(64);
    }

    @Test
    void aTraceThatDoesNotTellWhatWasMappedGivesNoPrediction() throws IOException {
        Run run = Run.pintrail("whatif", Traces.healthy(directory));
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("no prediction: the trace does not say").doesNotContain("proposal");
    }

    @Test
    void whatCannotBeReadOrWrittenIsOneLine() throws IOException {
        Path missing = directory.resolve("missing.ptl");
        refused(Run.pintrail("whatif", missing), missing + ": ");
        Path text = Files.writeString(directory.resolve("text.ptl"), "what?");
        refused(Run.pintrail("whatif", text), text + ": ");
        Path nowhere = directory.resolve("no/whatif.csv");
        refused(Run.pintrail("whatif", "--csv", nowhere, SAMPLE), nowhere.toString());
        refused(Run.pintrail("whatif"), "");
        refused(Run.pintrail("whatif", "--policy", "mine", SAMPLE), "");
    }

    private static void refused(Run run, String begin) {
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("pintrail: " + begin).contains("; ");
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void theReportHasABarForEachPolicy() throws IOException {
        Path out = directory.resolve("report");
        Run.pintrail("analyze", SAMPLE, "--out", out);
        String html = Files.readString(out.resolve("report.html"));
        assertThat(html)
                .contains("What other policies would have done", "WRITE|FORCE</b>, as recorded")
                .contains("aria-label=\"neither: 16 pages stays, 64 pages stale at a store, ")
                .contains("aria-label=\"LONGTERM: 80 pages stays, 0 pages stale at a store, ");
    }

    @Test
    void theReportSaysWhyThereIsNoPrediction() throws IOException {
        Path out = directory.resolve("report");
        Run.pintrail("analyze", Traces.healthy(directory), "--out", out);
        assertThat(Files.readString(out.resolve("report.html")))
                .contains("without a prediction: the trace does not say")
                .doesNotContain("class=\"whatif\"");
    }
}
