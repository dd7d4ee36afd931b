// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with the input: one line that names it, exit 2, nothing written. */
class BadInputTest {
    private static final int FILE_HEADER = 16;
    private static final int BATCH_HEADER = 112;

    @TempDir
    private Path directory;

    @Test
    void anEmptyFile() throws IOException {
        refused(Files.createFile(directory.resolve("empty.ptl")), "the file is empty");
    }

    @Test
    void aMissingFile() throws IOException {
        refused(directory.resolve("missing.ptl"), "no such file");
    }

    @Test
    void aDirectory() throws IOException {
        refused(Files.createDirectory(directory.resolve("d.ptl")), "a directory");
    }

    @Test
    void anUnreadableFile() throws IOException {
        Path file = Traces.healthy(directory);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file), "root reads every file");
        refused(file, "permission denied");
    }

    @Test
    void aFileThatCannotBeReadFurther() throws IOException {
        refused(Path.of("/proc/self/mem"), "at byte 0: Input/output error");
    }

    @Test
    void somethingElse() throws IOException {
        refused(Files.writeString(directory.resolve("photo.ptl"), "GIF89a".repeat(100)), "at byte 0", "wrong magic");
    }

    @Test
    void aHeaderThatIsCutShort() throws IOException {
        byte[] trace = Files.readAllBytes(Traces.healthy(directory));
        refused(write(Arrays.copyOf(trace, 11)), "at byte 11", "ends within its header");
    }

    @Test
    void aNewerVersion() throws IOException {
        byte[] trace = Files.readAllBytes(Traces.healthy(directory));
        ByteBuffer bytes = ByteBuffer.wrap(trace).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort(8, (short) 2).putInt(12, crc(trace, 0, 12));
        refused(write(trace), "at byte 0", "version 2.");
    }

    @Test
    void aLengthOfTenGigabytes() throws IOException {
        byte[] trace = Arrays.copyOf(Files.readAllBytes(Traces.healthy(directory)), FILE_HEADER + BATCH_HEADER + 500);
        ByteBuffer bytes = ByteBuffer.wrap(trace).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(FILE_HEADER + 8, (int) 10_000_000_000L).putInt(FILE_HEADER + 12, (int) 10_000_000_000L);
        bytes.putInt(FILE_HEADER + 108, crc(trace, FILE_HEADER, 108));
        refused(write(trace), "byte 16");
    }

    @Test
    void aJsonLineThatIsNone() throws IOException {
        refused(Files.writeString(directory.resolve("x.jsonl"), "{\"kind\":}\n"), "line 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"analyze", "info", "convert"})
    void aFlippedBitCostsOneBatchAndIsTold(String command) throws IOException {
        byte[] trace = Files.readAllBytes(Traces.broken(directory));
        trace[FILE_HEADER + BATCH_HEADER + 1000] ^= 4;
        Path file = write(trace);
        Run run = command.equals("convert")
                ? Run.pintrail(command, file, directory.resolve("out.ptl"))
                : Run.pintrail(command, file);
        assertThat(run.err() + run.out()).contains(file + ": at byte 16: ", "passed over");
        assertThat(run.code()).isLessThan(2);
        if (command.equals("analyze")) {
            assertThat(run.out()).contains("1 gap").contains("UNKNOWN");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'mark,pid,lkey,va,pfn,present\nm,1,2,3000,4,maybe\n', present",
        "'mark,pid,lkey,va,pfn,present\nm,one,2,3000,4,1\n', one",
        "'mark,pid,lkey,va,pfn,present\nm,1,2\n', 3 fields",
        "'mark,pid\n', header",
        "'m,1,2,3000,4,1\n', header",
        "'mark,pid,lkey,va,pfn,present\nm,1,2,3000,xyz,1\n', pfn is not a hexadecimal number: xyz",
        "'mark,pid,lkey,va,pfn,present\n', no row below the header",
        "'mark,pid,lkey,va,pfn,present\nelsewhere,1,2,3000,4,1\n', '(elsewhere); give the truth of the same run'",
        "'\"', CSV",
        "'', empty"
    })
    void aTruthThatIsNone(String text, String reason) throws IOException {
        Path truth = Files.writeString(directory.resolve("truth.csv"), text);
        refused(Run.pintrail("verify", Traces.healthy(directory), truth), truth, reason);
    }

    @Test
    void aTruthThatIsADirectory() throws IOException {
        refused(Run.pintrail("verify", Traces.healthy(directory), directory), directory, "a directory");
    }

    @Test
    void aMissingTruth() throws IOException {
        Path truth = directory.resolve("truth.csv");
        refused(Run.pintrail("verify", Traces.healthy(directory), truth), truth, "no such file");
    }

    @Test
    void aTraceInPlaceOfItsTruth() throws IOException {
        Path trace = Traces.healthy(directory);
        refused(Run.pintrail("verify", trace, trace), trace, "give the CSV file that the scenario wrote");
    }

    @Test
    void healedAtAMarkThatThereIsNot() throws IOException {
        Path truth =
                Files.writeString(directory.resolve("truth.csv"), "mark,pid,lkey,va,pfn,present\nm,1,2,3000,4,1\n");
        Run run = Run.pintrail("verify", "--healed-at", "cured", Traces.healthy(directory), truth);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .isEqualTo("pintrail: --healed-at cured: in no mark of " + truth
                        + "; give a part of a mark's name, such as m\n");
    }

    @ParameterizedTest
    @CsvSource({
        "'mark,pid,lkey,va,read\nm,1,2,3000,perhaps\n', none of same",
        "'mark,pid,lkey,va,pfn,present\n', header",
        "'', empty"
    })
    void dataThatIsNone(String text, String reason) throws IOException {
        Path data = Files.writeString(directory.resolve("data.csv"), text);
        String sample = "../sample-traces/6.1/mremap";
        refused(Run.pintrail("verify", "--data", data, sample + ".ptl", sample + ".truth.csv"), data, reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "analyze", "analyse x", "pages", "verify x", "convert x", "info --josn x", "analyze --out"})
    void wrongUsageIsOneLineToo(String line) {
        Run run = Run.pintrail((Object[]) line.split(" "));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).matches("pintrail: [^\n]+; try: pintrail( \\w+)? --help\n");
    }

    @Test
    void anUnknownOutputFormatIsRefusedBeforeReading() throws IOException {
        Run run = Run.pintrail("convert", directory.resolve("missing"), directory.resolve("out.xyz"));
        refused(run, directory.resolve("out.xyz"), "no format");
    }

    private void refused(Path trace, String... reasons) throws IOException {
        Path out = directory.resolve("out");
        refused(Run.pintrail("analyze", trace, "--out", out), trace, reasons);
        refused(Run.pintrail("info", trace), trace, reasons);
        refused(Run.pintrail("pages", trace, "--csv", out), trace, reasons);
        refused(Run.pintrail("convert", trace, out.resolveSibling("out.jsonl")), trace, reasons);
        try (var files = Files.list(directory)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .as("nothing half written")
                    .noneMatch(name -> name.startsWith("out") || name.startsWith("."));
        }
    }

    private static void refused(Run run, Path file, String... reasons) {
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .startsWith("pintrail: " + file + ": ")
                .contains(reasons)
                .endsWith("\n");
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains("; ").doesNotContain("Exception", "\tat ");
    }

    private Path write(byte[] trace) throws IOException {
        return Files.write(directory.resolve("bad.ptl"), trace);
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
