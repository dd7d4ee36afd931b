// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What comes through Kafka is what comes from the files, to the byte. */
@Timeout(240)
class DemoCommandTest {
    @TempDir
    private Path directory;

    @Test
    void theReportIsTheOneOfAnalyze() throws IOException {
        Path demo = directory.resolve("demo");
        Path analyze = directory.resolve("analyze");
        List<Object> arguments = new ArrayList<>(List.of("analyze", "--out", analyze));
        try (Stream<Path> samples = Files.walk(Path.of("../sample-traces"))) {
            samples.filter(f -> f.getFileName().toString().matches("(mprotect-cycle|munmap-mmap|healthy)\\.ptl"))
                    .sorted()
                    .forEach(arguments::add);
        }
        Run offline = Run.pintrail(arguments.toArray());
        arguments.set(0, "demo");
        arguments.set(2, demo);
        Run streamed = Run.pintrail(arguments.toArray());

        assertThat(streamed.code()).as(streamed.err()).isEqualTo(offline.code()).isEqualTo(1);
        assertThat(streamed.out())
                .contains("CRITICAL  lab-5.10  ", "STALE by COW", "host  lab-6.1  recording ended")
                .endsWith(offline.out().replace(analyze.toString(), demo.toString()));
        try (Stream<Path> files = Files.list(analyze)) {
            for (Path file : files.toList()) {
                assertThat(demo.resolve(file.getFileName())).hasSameBinaryContentAs(file);
            }
        }
    }
}
