// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Host names, process names, devices, marks, calls and file names come from outside and may be written to attack. */
class HostileTextTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void write() throws IOException {
        ReportWriter.write(MadeUp.report(MadeUp.HOSTILE), directory);
    }

    @Test
    void thePageHasNoElementThatTheTraceBrought() throws IOException {
        String html = Files.readString(directory.resolve("report.html"));
        assertThat(html)
                .doesNotContain("<script")
                .doesNotContain("</title><script")
                .contains("&lt;script&gt;alert(1)");
    }

    @Test
    void thePageHasNoControlCharacters() throws IOException {
        assertThat(Files.readString(directory.resolve("report.html")).chars())
                .noneMatch(c -> c < ' ' && c != '\n')
                .doesNotContain(0x202e);
    }

    @Test
    void theJsonKeepsTheText() throws IOException {
        JsonNode json =
                new ObjectMapper().readTree(directory.resolve("findings.json").toFile());
        assertThat(json.at("/regions/0/comm").asText()).isEqualTo(MadeUp.HOSTILE);
    }

    @Test
    void halfASurrogatePairDoesNotBreakTheJson() throws IOException {
        ReportWriter.write(MadeUp.report("\ud800"), directory);
        JsonNode json =
                new ObjectMapper().readTree(directory.resolve("findings.json").toFile());
        assertThat(json.at("/regions/0/comm").asText()).isEqualTo("?");
    }

    @Test
    void theChartsAreWellFormed() throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path svg : files.filter(f -> f.toString().endsWith(".svg")).toList()) {
                byte[] bytes = Files.readString(svg).getBytes(StandardCharsets.UTF_8);
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(bytes));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a\"b,c\nd"})
    void noCellIsAFormula(String name) throws IOException {
        ReportWriter.write(MadeUp.report(name), directory);
        for (String file : new String[] {"regions.csv", "findings.csv"}) {
            try (Reader reader = Files.newBufferedReader(directory.resolve(file))) {
                for (CSVRecord row : CSVFormat.RFC4180
                        .builder()
                        .setHeader()
                        .setSkipHeaderRecord(true)
                        .get()
                        .parse(reader)) {
                    String comm = row.get("comm");
                    assertThat(comm).endsWith(name).doesNotStartWith("=").doesNotStartWith("\t");
                    assertThat(comm.length() - name.length()).isEqualTo(name.startsWith("a") ? 0 : 1);
                }
            }
        }
    }

    @Test
    void theTerminalGetsNoEscapes() throws IOException {
        StringBuilder text = new StringBuilder();
        TextSummary.write(MadeUp.report(MadeUp.HOSTILE), false, text);
        assertThat(text.chars()).noneMatch(c -> c < ' ' && c != '\n');
    }
}
