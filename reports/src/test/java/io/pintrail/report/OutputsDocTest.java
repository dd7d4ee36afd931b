// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/outputs.md names every column and every file that is written. */
class OutputsDocTest {
    private final String doc;

    OutputsDocTest() throws IOException {
        doc = Files.readString(Path.of("../docs/outputs.md"));
    }

    @Test
    void everyColumnIsDocumented() throws IOException {
        ByteArrayOutputStream csv = new ByteArrayOutputStream();
        RegionsCsv.write(MadeUp.healthy(), csv);
        assertThat(header(csv)).allSatisfy(column -> assertThat(doc).contains("`" + column + "`"));
        csv.reset();
        FindingsCsv.write(MadeUp.healthy(), csv);
        assertThat(header(csv)).allSatisfy(column -> assertThat(doc).contains("`" + column + "`"));
        assertThat(doc).contains("`" + PagesCsv.HEADER + "`");
    }

    @Test
    void everyFileIsDocumented() throws IOException {
        assertThat(Charts.draw(MadeUp.report("app")).keySet())
                .hasSize(3)
                .allSatisfy(file -> assertThat(doc).contains("`" + file + "`"));
    }

    private static String[] header(ByteArrayOutputStream csv) {
        return csv.toString(StandardCharsets.UTF_8)
                .lines()
                .findFirst()
                .orElse("")
                .split(",");
    }
}
