// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeFileTest {
    @TempDir
    private Path directory;

    @Test
    void anUncommittedFileLeavesNothing() throws IOException {
        try (SafeFile file = SafeFile.create(directory.resolve("a.csv"))) {
            file.stream().write("half".getBytes());
        }
        assertThat(entries()).isEmpty();
    }

    @Test
    void theOldContentStaysUntilTheCommit() throws IOException {
        Path path = Files.writeString(directory.resolve("a.csv"), "old");
        try (SafeFile file = SafeFile.create(path)) {
            file.stream().write("new".getBytes());
            assertThat(path).hasContent("old");
            file.commit();
        }
        assertThat(path).hasContent("new");
        assertThat(entries()).containsExactly("a.csv");
    }

    @Test
    void aSymbolicLinkIsFollowedNotReplaced() throws IOException {
        Path target = Files.writeString(directory.resolve("target"), "old");
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        try (SafeFile file = SafeFile.create(link)) {
            file.stream().write("new".getBytes());
            file.commit();
        }
        assertThat(link).isSymbolicLink();
        assertThat(target).hasContent("new");
    }

    @Test
    void aDeviceIsWrittenInPlace() throws IOException {
        Path full = Path.of("/dev/full");
        try (SafeFile file = SafeFile.create(full)) {
            assertThatThrownBy(() -> file.stream().write(1))
                    .isInstanceOf(OutputException.class)
                    .hasMessageContaining("/dev/full");
        }
        assertThat(Files.getAttribute(full, "unix:mode"))
                .as("still a character device")
                .matches(mode -> ((Integer) mode & 0170000) == 0020000);
    }

    @Test
    void aDirectoryThatCannotBeFilledIsLeftAsItWas() throws IOException {
        Path report = directory.resolve("a/b");
        assertThatThrownBy(() -> {
                    try (ReportDirectory files = ReportDirectory.open(report)) {
                        files.write("one", out -> out.write(1));
                        files.write("two", out -> {
                            throw new IOException("No space left on device");
                        });
                        files.commit();
                    }
                })
                .hasMessage("No space left on device");
        assertThat(entries()).isEmpty();
    }

    private List<String> entries() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }
}
