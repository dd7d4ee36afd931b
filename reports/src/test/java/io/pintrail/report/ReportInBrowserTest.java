// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pintrail.browser.Chromium;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page as a browser without network sees it. */
class ReportInBrowserTest {
    private static final int SECONDS = 90;

    @TempDir
    private Path directory;

    @Test
    void thePageNamesNothingOutsideItself() throws IOException {
        ReportWriter.write(MadeUp.report("app"), directory);
        String html = Files.readString(directory.resolve("report.html"))
                .replace("http://www.w3.org/2000/svg", "")
                .replace("http://www.w3.org/1999/xlink", "");
        assertThat(html).doesNotContain("http:", "https:", "@import", "<script", "<link rel=\"stylesheet", "src=");
        assertThat(Pattern.compile("(?:href=\"|url\\()([^#)\"]+)")
                        .matcher(html)
                        .results()
                        .map(r -> r.group(1)))
                .containsOnly("data:,");
        assertThat(html).doesNotContainPattern("(href|url)[=(]\"?#[^\"')]*<");
    }

    @Test
    void everyLinkHasItsTarget() throws IOException {
        ReportWriter.write(MadeUp.report("app"), directory);
        String html = Files.readString(directory.resolve("report.html"));
        assertThat(Pattern.compile("(?:href=\"#|url\\(#)([^\")]+)")
                        .matcher(html)
                        .results())
                .allSatisfy(link -> assertThat(html).contains("id=\"" + link.group(1) + "\""));
        assertThat(Pattern.compile(" id=\"([^\"]+)\"").matcher(html).results().map(r -> r.group(1)))
                .as("ids of several charts in one page")
                .doesNotHaveDuplicates();
    }

    @Test
    void aBrowserOpensItOfflineWithoutComplaint() throws Exception {
        Optional<Path> browser = Chromium.installed();
        assumeTrue(browser.isPresent(), "NOT TESTED: no browser on this machine, apt install chromium");
        ReportWriter.write(MadeUp.report(MadeUp.HOSTILE), directory);
        Path picture = directory.resolve("page.png");
        String log = open(browser.get(), "--screenshot=" + picture, "--window-size=1280,2000");
        assertThat(picture).as(log).isNotEmptyFile();
        assertThat(log).doesNotContain("CONSOLE");
        String dom = open(browser.get(), "--dump-dom");
        assertThat(dom).contains("id=\"findings\"", "id=\"recording\"", "</html>");
    }

    /** Standard output and error of a headless run that can reach no host. */
    private String open(Path browser, String... options) throws IOException, InterruptedException {
        Path profile = directory.resolve("profile");
        List<String> command = Chromium.command(browser, profile);
        command.addAll(List.of("--disable-quic", "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr"));
        command.addAll(List.of(options));
        command.add(directory.resolve("report.html").toUri().toString());
        Path output = directory.resolve("browser.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
        Chromium.end(process, profile);
        assertThat(ended).as("the browser ended within " + SECONDS + " s").isTrue();
        return Files.readString(output, StandardCharsets.UTF_8);
    }
}
