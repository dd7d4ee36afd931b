// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.trace.synthetic.SyntheticConfig;
import io.pintrail.trace.synthetic.SyntheticTrace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is read; what is read is written again to the byte. */
class RoundTripTest {
    private static final SyntheticConfig TWO_HOSTS = new SyntheticConfig(5, 2, 3, 4, 700, true, 0.1, 300, true);
    private static final SyntheticConfig CONTIGUOUS = new SyntheticConfig(6, 1, 2, 2, 5000, false, 0.01, 2000, false);

    @Test
    void ptlJsonLinesPtl() throws IOException {
        for (SyntheticConfig config : List.of(TWO_HOSTS, CONTIGUOUS)) {
            byte[] ptl = Lines.ptl(new SyntheticTrace(config), RecordingId.NONE, false);
            assertThat(Lines.ptl(Lines.of(ptl))).isEqualTo(ptl);
        }
    }

    @Test
    void compressedAndBack() throws IOException {
        byte[] plain = Lines.ptl(new SyntheticTrace(TWO_HOSTS), RecordingId.NONE, false);
        byte[] small = Lines.ptl(Lines.source(plain), RecordingId.NONE, true);
        assertThat(small.length).isLessThan(plain.length);
        assertThat(Lines.ptl(Lines.source(small), RecordingId.NONE, false)).isEqualTo(plain);
    }

    @Test
    void theSameSeedMakesTheSameBytesAndAnotherDoesNot() throws IOException {
        SyntheticConfig small = SyntheticConfig.SMALL;
        SyntheticConfig other = new SyntheticConfig(2, 1, 4, 8, 256, true, 0.01, 200, false);
        byte[] ptl = Lines.ptl(new SyntheticTrace(small), RecordingId.NONE, false);
        assertThat(Lines.ptl(new SyntheticTrace(small), RecordingId.NONE, false))
                .isEqualTo(ptl);
        assertThat(Lines.ptl(new SyntheticTrace(other), RecordingId.NONE, false))
                .isNotEqualTo(ptl);
    }

    @Test
    void eventsWithoutBatchHeadersComeBackTheSame() throws IOException {
        List<String> lines = events(new SyntheticTrace(CONTIGUOUS));
        byte[] json = String.join("\n", lines).getBytes();
        Source source = new JsonLinesReader("test", new ByteArrayInputStream(json));
        RecordingId id = new RecordingId("a".repeat(32), "b".repeat(32), 7);
        byte[] ptl = Lines.ptl(source, id, false);
        assertThat(events(Lines.source(ptl))).isEqualTo(lines);
        assertThat(BatchHeader.parse(ptl, FileHeader.BYTES).id()).isEqualTo(id);
    }

    private static List<String> events(Source source) throws IOException {
        return Lines.of(source).stream()
                .filter(line -> !line.contains("\"BATCH\""))
                .toList();
    }

    @Test
    void concatenatedFilesAreOneTrace() throws IOException {
        byte[] one = Lines.ptl(new SyntheticTrace(SyntheticConfig.SMALL), RecordingId.NONE, false);
        byte[] other = Lines.ptl(new SyntheticTrace(CONTIGUOUS), RecordingId.NONE, false);
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(one);
        both.writeBytes(other);
        List<String> lines = new ArrayList<>(Lines.of(one));
        lines.addAll(Lines.of(other));
        assertThat(Lines.of(both.toByteArray())).isEqualTo(lines);
    }

    @Test
    void everyBatchDecodesAlone() throws IOException {
        byte[] ptl = Lines.ptl(new SyntheticTrace(TWO_HOSTS), RecordingId.NONE, true);
        BatchDecoder decoder = new BatchDecoder();
        List<String> alone = Lines.of(visitor -> {
            TraceReader reader = new TraceReader("test", new ByteArrayInputStream(ptl), damage -> {});
            reader.driveBatches((header, missing, bytes, from, length) -> {
                byte[] record = Arrays.copyOfRange(bytes, from, from + length);
                assertThat(decoder.decode(record, 0, length, visitor)).isEqualTo(header);
            });
        });
        assertThat(alone).isEqualTo(Lines.of(ptl));
    }

    @Test
    void aBatchIsDeliveredWhileThePipeStaysOpen() throws Exception {
        byte[] ptl = Lines.vector("events.ptl");
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        int first = FileHeader.BYTES
                + BatchHeader.BYTES
                + BatchHeader.parse(ptl, FileHeader.BYTES).payloadBytes();
        PipedInputStream in = new PipedInputStream(1 << 16);
        Thread reader;
        try (PipedOutputStream out = new PipedOutputStream(in)) {
            reader = new Thread(() -> read(in, seen));
            reader.start();
            out.write(ptl, 0, first + 50);
            out.flush();
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (seen.size() < 3 && System.nanoTime() < deadline) {
                Thread.sleep(5);
            }
            assertThat(seen).hasSize(3).endsWith("€ 📌 pinned");
            out.write(ptl, first + 50, ptl.length - first - 50);
        }
        reader.join(20_000);
        assertThat(seen).endsWith("end");
    }

    private static void read(PipedInputStream in, List<String> seen) {
        try {
            new TraceReader("pipe", in, damage -> seen.add(damage.toString())).drive(new TraceVisitor() {
                @Override
                public void mark(long time, int pid, int tid, CharSequence text) {
                    seen.add(text.toString());
                }
            });
            seen.add("end");
        } catch (IOException e) {
            seen.add(e.getMessage());
        }
    }

    @Test
    void theFormatIsToldByTheContent(@TempDir Path dir) throws IOException {
        byte[] ptl = Lines.vector("events.ptl");
        Path odd = Files.write(dir.resolve("ptl.jsonl"), ptl);
        Path json = Files.write(dir.resolve("json.ptl"), Lines.vector("events.jsonl"));
        assertThat(Lines.of(TraceFiles.open(odd, d -> {}))).isEqualTo(Lines.of(TraceFiles.open(json, d -> {})));
    }
}
