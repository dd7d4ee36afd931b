// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lengths that lie, versions to come, and files that are none: one line each, and no memory for a lie. */
class LimitsTest {
    private final byte[] trace = Lines.vector("events.ptl");
    private static final int FIRST = FileHeader.BYTES;

    private static void seal(byte[] bytes, int at) {
        Wire.putInt32(bytes, at + 108, Wire.crc32c(bytes, at, 108));
    }

    private static byte[] batch(byte[] payload, int rawBytes, int events, boolean compressed) {
        byte[] bytes = Arrays.copyOf(FileHeader.bytes(), FIRST + BatchHeader.BYTES + payload.length);
        int crc = Wire.crc32c(payload, 0, payload.length);
        new BatchHeader(RecordingId.NONE, compressed, true, true, payload.length, rawBytes, 0, 0, 0, events, 0, crc)
                .put(bytes, FIRST);
        System.arraycopy(payload, 0, bytes, FIRST + BatchHeader.BYTES, payload.length);
        return bytes;
    }

    private static String reason(byte[] bytes) {
        try {
            Lines.of(bytes, new ArrayList<>());
        } catch (TraceFormatException e) {
            assertThat(e.getMessage()).doesNotContain("\n").contains("; ");
            return e.getMessage();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("accepted");
    }

    @Test
    void aHugePayloadLengthIsRefusedWithoutAllocation() {
        for (int claim : new int[] {0x7fff_ffff, 0x8000_0000, 0xffff_ffff, (16 << 20) + 1}) {
            byte[] bytes = trace.clone();
            Wire.putInt32(bytes, FIRST + 8, claim);
            Wire.putInt32(bytes, FIRST + 12, claim);
            seal(bytes, FIRST);
            List<Damage> damage = new ArrayList<>();
            assertThat(catchLines(bytes, damage)).isNotEmpty();
            assertThat(damage)
                    .singleElement()
                    .extracting(Damage::reason)
                    .asString()
                    .contains("more than the format");
        }
    }

    private static List<String> catchLines(byte[] bytes, List<Damage> damage) {
        try {
            return Lines.of(bytes, damage);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aTenGigabyteStringLengthIsRefused() {
        byte[] payload = new byte[32];
        int to = Wire.putVarint(payload, 5, 10L << 30);
        payload[0] = Kind.MARK;
        payload[1] = (byte) (to - 2);
        assertThat(reason(batch(Arrays.copyOf(payload, to), to, 1, false))).contains("a string of 10737418240 bytes");
    }

    @Test
    void aTenGigabyteEventIsRefused() {
        byte[] payload = new byte[32];
        payload[0] = Kind.MARK;
        int to = Wire.putVarint(payload, 1, 10L << 30);
        assertThat(reason(batch(Arrays.copyOf(payload, to), to, 1, false))).contains("an event of 10737418240 bytes");
    }

    @Test
    void anEventShorterThanItsFieldsIsRefused() {
        byte[] payload = {Kind.FAULT, 4, 0, 0, 0, 1};
        assertThat(reason(batch(payload, payload.length, 1, false))).contains("shorter than its fields");
    }

    @Test
    void aRunCountOfBillionsIsRefused() {
        byte[] payload = {Kind.UNPIN, 9, 0, 0, 0, 0, -1, -1, -1, -1, 15};
        assertThat(reason(batch(payload, payload.length, 1, false))).contains("event");
    }

    @Test
    void aVarintOfMoreThan64BitsIsRefused() {
        byte[] payload = new byte[14];
        Arrays.fill(payload, (byte) -1);
        payload[0] = Kind.CLOCK;
        payload[1] = 12;
        assertThat(reason(batch(payload, payload.length, 1, false))).contains("more than 64 bits");
    }

    @Test
    void eventsMustFillTheirPayload() {
        byte[] payload = {Kind.SNAPSHOT_END, 3, 0, 0, 0, Kind.SNAPSHOT_END, 3, 0, 0, 0};
        assertThat(reason(batch(payload, payload.length, 1, false))).contains("5 bytes follow the last event");
        assertThat(reason(batch(payload, payload.length, 3, false))).contains("ends after 2 of 3 events");
    }

    @Test
    void aZstdFrameOfAnotherSizeThanClaimedIsRefused() {
        byte[] zeros = Zstd.compress(new byte[128 << 20], 3);
        assertThat(reason(batch(zeros, 64 << 20, 1, true))).contains("zstd frame");
        assertThat(reason(batch(zeros, 10, 1, true))).contains("zstd frame");
        assertThat(reason(batch(Zstd.compress(new byte[10]), 20, 1, true))).contains("holds 10 bytes");
        assertThat(reason(batch(new byte[100], 20, 1, true))).contains("zstd frame");
    }

    @Test
    void kindsOfALaterMinorVersionAreSkippedAndKeepTheClockRunning() throws IOException {
        byte[] payload = {99, 8, 20, 14, 0, 1, 2, 3, 4, 5, Kind.SNAPSHOT_END, 4, 2, 2, 0, 77};
        byte[] bytes = batch(payload, payload.length, 2, false);
        bytes[10] = 9;
        Wire.putInt32(bytes, 12, Wire.crc32c(bytes, 0, 12));
        assertThat(Lines.of(bytes).get(1)).isEqualTo("{\"kind\":\"SNAPSHOT_END\",\"time\":11,\"pid\":8,\"tid\":8}");
    }

    @Test
    void fieldsOfALaterMinorVersionMayBeAbsentOneByOne() throws IOException {
        byte[] call = {Kind.CALL, 12, 2, 4, 0, 9, 28, 1, 2, 3, 4, 5, 6, 70};
        assertThat(Lines.of(batch(call, call.length, 1, false)).get(1))
                .endsWith("\"a5\":\"0x6\",\"kernelStack\":70,\"userStack\":0}");
        call[13] = -1;
        assertThat(reason(batch(call, call.length, 1, false))).contains("shorter than its fields");
    }

    @Test
    void aFrameWhoseNameRunsOverItsEndIsRefused() {
        byte[] frame = {Kind.FRAME, 11, 2, 4, 0, 1, 0, 1, 16, 4, 'l', 'i', 'b'};
        assertThat(reason(batch(frame, frame.length, 1, false))).contains("a string of 4 bytes in an event with 3");
    }

    @Test
    void aNewerMajorVersionIsRefused() {
        byte[] bytes = trace.clone();
        bytes[8] = 2;
        bytes[10] = 0;
        Wire.putInt32(bytes, 12, Wire.crc32c(bytes, 0, 12));
        assertThat(reason(bytes))
                .startsWith("test.ptl: at byte 0: trace format version 2.0, this program reads up to 1; ");
    }

    @Test
    void filesThatAreNoTraceAreRefused() {
        assertThat(reason(new byte[0])).contains("the file is empty");
        assertThat(reason(Arrays.copyOf(trace, 7))).contains("at byte 7: the file ends within its header");
        assertThat(reason(Arrays.copyOf(trace, 16))).contains("a header and no batch");
        assertThat(reason("#!/bin/sh\necho something else\n".getBytes())).contains("wrong magic");
    }

    @Test
    void filesThatCannotBeReadAreRefused(@TempDir Path dir) {
        assertThatThrownBy(() -> Lines.of(TraceFiles.open(dir, d -> {})))
                .isInstanceOf(TraceFormatException.class)
                .hasMessage(dir + ": a directory; name one trace file in it");
        assertThatThrownBy(() -> Lines.of(TraceFiles.open(dir.resolve("none.ptl"), d -> {})))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("none.ptl: no such file; ");
    }
}
