// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;

/**
 * No bytes make a reader fail in another way than it promises. A normal build runs the inputs kept under resources;
 * {@code JAZZER_FUZZ=1 mvn test -pl collectors -DargLine=-Djazzer.hooks=true -Dtest=ReaderFuzzTest#anyPayload} looks
 * for more.
 */
class ReaderFuzzTest {
    @FuzzTest(maxDuration = "2m")
    void anyFile(byte[] bytes) {
        try {
            Lines.of(TraceFiles.open("fuzz", new ByteArrayInputStream(bytes), damage -> {}));
        } catch (TraceFormatException expected) {
            // The promised answer to bytes that are no trace.
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Behind checksums that hold, which no fuzzer would find by itself. The first byte: how many events, compressed.
     */
    @FuzzTest(maxDuration = "2m")
    void anyPayload(byte[] bytes) throws IOException {
        int events = bytes.length == 0 ? 0 : bytes[0] & 0x7f;
        boolean compressed = bytes.length > 0 && bytes[0] < 0;
        int length = Math.max(0, bytes.length - 1);
        byte[] batch = new byte[BatchHeader.BYTES + length];
        System.arraycopy(bytes, bytes.length - length, batch, BatchHeader.BYTES, length);
        int crc = Wire.crc32c(batch, BatchHeader.BYTES, length);
        int rawBytes = compressed ? 4096 : length;
        new BatchHeader(RecordingId.NONE, compressed, true, true, length, rawBytes, 0, 0, 0, events, 0, crc)
                .put(batch, 0);
        try {
            byte[] again = Lines.ptl(
                    visitor -> new BatchDecoder().decode(batch, 0, batch.length, visitor), RecordingId.NONE, false);
            if (!Lines.of(again, new ArrayList<>()).equals(Lines.of(Lines.ptl(Lines.of(again)), new ArrayList<>()))) {
                throw new AssertionError("not the same after a round trip");
            }
        } catch (MalformedBatchException expected) {
            // The promised answer to a payload that is none.
        }
    }
}
