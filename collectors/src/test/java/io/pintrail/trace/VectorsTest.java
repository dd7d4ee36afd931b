// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * C and Java write the same bytes for the same events. Described in vectors/events.jsonl, every kind at its extremes.
 */
class VectorsTest {
    private static final RecordingId ID = new RecordingId(
            "000102030405060708090a0b0c0d0eff", "fffefd00000000000000000000000000", 0xfedcba9876543210L);

    private static List<String> description() {
        return new String(Lines.vector("events.jsonl"), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    @Test
    void javaReadsTheVectorAsDescribed() throws IOException {
        assertThat(Lines.of(Lines.vector("events.ptl"))).isEqualTo(description());
    }

    @Test
    void javaWritesTheVectorFromItsDescription() throws IOException {
        assertThat(Lines.ptl(description())).isEqualTo(Lines.vector("events.ptl"));
    }

    /** Version 1.0 had no stacks, and no fields for them. */
    @Test
    void tracesOfTheFirstMinorVersionReadAsEver() throws IOException {
        List<String> then = new String(Lines.vector("events-1.0.jsonl"), StandardCharsets.UTF_8)
                .lines()
                .toList();
        List<String> now = then.stream().map(VectorsTest::withLaterFields).toList();
        assertThat(now).isNotEqualTo(then);
        assertThat(Lines.of(Lines.vector("events-1.0.ptl"))).isEqualTo(now);
        assertThat(Lines.ptl(then)).isEqualTo(Lines.ptl(now));
    }

    private static String withLaterFields(String line) {
        String fields = switch (line.replaceFirst("\\{\"kind\":\"(\\w+)\".*", "$1")) {
            case "CALL" -> ",\"kernelStack\":0,\"userStack\":0}";
            case "FORK_COPY", "SPACE_END" -> ",\"call\":0}";
            default -> "}";
        };
        return line.substring(0, line.length() - 1) + fields;
    }

    @Test
    void everyKindIsInTheVector() {
        for (int kind = 0; kind < Kind.LIMIT; kind++) {
            String name = Kind.name(kind);
            if (name != null) {
                assertThat(description()).anyMatch(line -> line.startsWith("{\"kind\":\"" + name + "\""));
            }
        }
    }

    @Test
    void aStringIsCutBeforeTheCharacterThatDoesNotFit() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TraceWriter writer = new TraceWriter(out, RecordingId.NONE, false)) {
            writer.mark(1, 1, 1, "x".repeat(4094) + "€!");
        }
        assertThat(Lines.of(out.toByteArray()).get(1)).endsWith("x\"}").contains("x".repeat(4094));
    }

    @Test
    void javaMakesTheSameBatchesOfManyEvents() throws Exception {
        assertThat(sha256(manyEvents())).isEqualTo(manyEventsSha256());
    }

    @Test
    void cWritesTheVectors(@TempDir Path dir) throws Exception {
        Path program = compile(dir);
        assertThat(run(dir, List.of(program.toString(), "events"))).isEqualTo(Lines.vector("events.ptl"));
        assertThat(run(dir, List.of(program.toString(), "batches"))).isEqualTo(manyEvents());
    }

    /** The events of batches() in recorder/ptl/test/vectors.c. */
    private static byte[] manyEvents() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TraceWriter writer = new TraceWriter(out, ID, false)) {
            for (int i = 0; i < 30_000; i++) {
                writer.map(100, 1, 1, 1, 0, 0, 1000 + i, 1, i * 7919L % 100_003 * 64, 1, i % 11);
            }
            for (int i = 0; i < 20_000; i++) {
                writer.fault(1_000_000 + i * 977 % 4001, i % 3, i % 5, 1, (long) i * i, i, 0, 0, i);
            }
            writer.flush();
        }
        return out.toByteArray();
    }

    private static String manyEventsSha256() {
        return new String(Lines.vector("batches.sha256"), StandardCharsets.UTF_8).strip();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static Path compile(Path dir) throws Exception {
        Path ptl = Lines.collectors().resolve("recorder/ptl");
        Path program = dir.resolve("vectors");
        List<String> command = new ArrayList<>(List.of("gcc", "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror"));
        command.addAll(
                List.of("-o", program.toString(), ptl.resolve("test/vectors.c").toString()));
        for (String source : List.of("ptl_writer.c", "ptl_runs.c", "ptl_batch.c", "crc32c.c")) {
            command.add(ptl.resolve(source).toString());
        }
        try {
            run(dir, command);
        } catch (IOException e) {
            if (e.getMessage().contains("Cannot run program")) {
                abort("SKIPPED: no gcc, so the C trace writer was NOT compared with the Java one; apt install gcc");
            }
            throw e;
        }
        return program;
    }

    private static byte[] run(Path dir, List<String> command) throws Exception {
        File out = dir.resolve("out").toFile();
        File err = dir.resolve("err").toFile();
        Process process = new ProcessBuilder(command)
                .redirectOutput(out)
                .redirectError(err)
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS))
                .as("%s ended", command)
                .isTrue();
        assertThat(process.exitValue())
                .as("%s: %s", command, Files.readString(err.toPath()))
                .isZero();
        return Files.readAllBytes(out.toPath());
    }
}
