// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportSizeTest {
    @TempDir
    private Path directory;

    @Test
    void aCrowdedHostStillMakesAPageThatOpens() throws IOException {
        ReportWriter.write(MadeUp.crowded(5_000), directory);
        String html = Files.readString(directory.resolve("report.html"));
        assertThat(html.length()).isLessThan(3_000_000);
        assertThat(html).contains("4,900 findings more").contains("4,940 regions more");
        assertThat(Files.readAllLines(directory.resolve("findings.csv"))).hasSize(5_001);
    }

    @Test
    void aHealthyHostSaysSoFirst() throws IOException {
        ReportWriter.write(MadeUp.healthy(), directory);
        assertThat(directory.resolve("report.html"))
                .content()
                .contains("<h1>Every pinned page was the page its process saw.</h1>");
    }

    @Test
    void chartsOfAnEarlierReportDoNotStay() throws IOException {
        ReportWriter.write(MadeUp.report("app"), directory);
        assertThat(directory.resolve(Charts.PER_PAGE)).exists();
        Path mine = Files.writeString(directory.resolve("notes.txt"), "mine");
        ReportWriter.write(MadeUp.healthy(), directory);
        assertThat(directory.resolve(Charts.PER_PAGE)).doesNotExist();
        assertThat(mine).hasContent("mine");
    }
}
