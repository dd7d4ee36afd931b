// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command on captures of real kernels: the committed ones, and those the lab has just made. The system property
 * {@code pintrail.lab.kernels} names kernels of which the lab must have left captures.
 */
class RealTracesTest {
    private static final Path SAMPLES = Path.of("../sample-traces");
    private static final Path LAB = Path.of("../collectors/target/lab");

    @TempDir
    private Path directory;

    @Test
    void thereAreCapturesOfEveryKernelThatWasAskedFor() throws IOException {
        for (String kernel : System.getProperty("pintrail.lab.kernels", "").split(",")) {
            if (!kernel.isBlank()) {
                assertThat(traces(LAB.resolve(kernel))).as(kernel).isNotEmpty();
            }
        }
        assumeFalse(captures().isEmpty(), "NOT TESTED: no capture in sample-traces/ or collectors/target/lab/");
    }

    @TestFactory
    Stream<DynamicTest> commands() throws IOException {
        return captures().stream()
                .map(trace -> DynamicTest.dynamicTest(
                        trace.getParent().getFileName() + "/" + trace.getFileName(), () -> commandsOn(trace)));
    }

    private void commandsOn(Path trace) throws IOException {
        String name = trace.toString().replaceAll("\\.ptl$", "");
        Run verify = Run.pintrail("verify", "--data", name + ".data.csv", trace, name + ".truth.csv");
        assertThat(verify.code()).as(trace + "\n" + verify.out() + verify.err()).isZero();

        Path out = directory.resolve("report");
        Run analyze = Run.pintrail("analyze", "--out", out, trace);
        JsonNode json = new ObjectMapper().readTree(out.resolve("findings.json").toFile());
        assertThat(analyze.code()).isEqualTo(json.at("/findings").isEmpty() ? 0 : 1);
        assertThat(analyze.err()).isEmpty();
        assertThat(json.at("/hosts/0/lostEvents").asLong()).as("lost events").isZero();
        assertThat(json.at("/regions")).isNotEmpty();
        if (trace.endsWith("healthy.ptl")) {
            assertThat(json.at("/findings")).isEmpty();
        }

        Path back = directory.resolve("back.ptl");
        Path lines = directory.resolve("trace.jsonl");
        assertThat(Run.pintrail("convert", trace, lines).code()).isZero();
        assertThat(Run.pintrail("convert", lines, back).code()).isZero();
        assertThat(Run.pintrail("pages", "--all-marks", back)).isEqualTo(Run.pintrail("pages", "--all-marks", trace));
        assertThat(Run.pintrail("info", trace).code()).isZero();
    }

    private static List<Path> captures() throws IOException {
        List<Path> captures = new ArrayList<>();
        for (Path root : List.of(SAMPLES, LAB)) {
            if (Files.isDirectory(root)) {
                try (Stream<Path> kernels = Files.list(root)) {
                    for (Path kernel : kernels.sorted().toList()) {
                        captures.addAll(traces(kernel));
                    }
                }
            }
        }
        return captures;
    }

    private static List<Path> traces(Path kernel) throws IOException {
        if (!Files.isDirectory(kernel)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(kernel)) {
            return files.filter(f -> f.toString().endsWith(".ptl")).sorted().toList();
        }
    }
}
