// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Output that cannot be written: one line, exit 2, nothing half written. */
class OutputFailureTest {
    @TempDir
    private Path directory;

    private Path trace;

    @BeforeEach
    void trace() throws IOException {
        trace = Traces.broken(directory);
    }

    @Test
    void aReportDirectoryThatIsAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "mine");
        refused(Run.pintrail("analyze", trace, "--out", file), file, "not a directory");
        refused(Run.pintrail("analyze", trace, "--out", file.resolve("sub")), file.resolve("sub"), "");
        assertThat(file).hasContent("mine");
    }

    @Test
    void aReportDirectoryThatCannotBeMade() {
        Path path = Path.of("/proc/report");
        refused(Run.pintrail("analyze", trace, "--out", path), path, "");
    }

    @Test
    void aFullDisk() {
        Path full = Path.of("/dev/full");
        refused(Run.pintrail("pages", trace, "--csv", full), full, "No space left on device");
        refused(Run.pintrail("convert", trace, full, "--to", "ptl"), full, "No space left on device");
        refused(Run.pintrail("convert", trace, full, "--to", "jsonl"), full, "No space left on device");
        assertThat(Files.isRegularFile(full)).isFalse();
    }

    @Test
    void aFileInADirectoryThatIsNotThere() {
        Path path = directory.resolve("none/pages.csv");
        refused(Run.pintrail("pages", trace, "--csv", path), path, "no such file or directory");
    }

    @Test
    void aFullDiskBehindStandardOutput() {
        OutputStream full = failing("No space left on device");
        for (Object[] args : new Object[][] {
            {"analyze", trace},
            {"analyze", "--json", trace},
            {"pages", trace},
            {"info", trace},
            {"convert", trace, "-", "--to", "ptl"},
            {"--help"}
        }) {
            Run run = Run.into(full, args);
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).matches("pintrail: standard output: No space left on device; [^\n]+\n");
        }
    }

    @Test
    void aReaderThatWentAwayIsNoError() {
        OutputStream closed = failing("Broken pipe");
        for (Object[] args : new Object[][] {
            {"analyze", trace},
            {"analyze", "--json", trace},
            {"pages", trace},
            {"info", trace},
            {"convert", trace, "-", "--to", "jsonl"},
            {"--help"}
        }) {
            assertThat(Run.into(closed, args)).isEqualTo(new Run(141, "", ""));
        }
    }

    private void refused(Run run, Path path, String reason) {
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).startsWith("pintrail: " + path + ": ").contains(reason, "nothing was written");
        assertThat(run.err().lines()).hasSize(1);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).noneMatch(f -> f.getFileName().toString().startsWith("."));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static OutputStream failing(String message) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(message);
            }
        };
    }
}
