// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.util.Arrays;

/**
 * Decodes one batch, in a file or as a Kafka record. Batches are independent of one another, so several decoders may
 * work at once; one decoder is for one thread and reuses its buffers.
 */
public final class BatchDecoder {
    private final EventDecoder events = new EventDecoder();
    private byte[] scratch = new byte[0];

    /**
     * Reads the header of the batch that starts at {@code from}.
     *
     * @throws MalformedBatchException if there is none, or its checksum does not hold, or {@code length} is not its
     *     size
     */
    public static BatchHeader header(byte[] bytes, int from, int length) {
        if (length < BatchHeader.BYTES) {
            throw new MalformedBatchException(
                    "batch of " + length + " bytes, the header alone has " + BatchHeader.BYTES);
        }
        if (!BatchHeader.magicAt(bytes, from)) {
            throw new MalformedBatchException("not a batch: it does not start with PTB1");
        }
        if (!BatchHeader.intactAt(bytes, from)) {
            throw new MalformedBatchException("batch header fails its checksum");
        }
        BatchHeader header = BatchHeader.parse(bytes, from);
        if (length != BatchHeader.BYTES + header.payloadBytes()) {
            throw new MalformedBatchException(
                    "batch of " + length + " bytes claims " + (BatchHeader.BYTES + header.payloadBytes()));
        }
        return header;
    }

    /**
     * Checks one whole batch and delivers {@link TraceVisitor#batch} and its events.
     *
     * @return its header
     * @throws MalformedBatchException if it is damaged. Unless a checksum passes by chance or the writer was wrong,
     *     nothing has been delivered then.
     */
    public BatchHeader decode(byte[] bytes, int from, int length, TraceVisitor visitor) {
        BatchHeader header = header(bytes, from, length);
        check(header, bytes, from);
        visitor.batch(header);
        events(header, bytes, from, visitor);
        return header;
    }

    /** Throws unless the payload of the batch at {@code from} is what was written. */
    public static void check(BatchHeader header, byte[] bytes, int from) {
        if (Wire.crc32c(bytes, from + BatchHeader.BYTES, header.payloadBytes()) != header.payloadCrc()) {
            throw new MalformedBatchException(
                    "batch " + Long.toUnsignedString(header.sequence()) + " fails its checksum");
        }
    }

    /** Delivers the events of a batch that has been checked. */
    void events(BatchHeader header, byte[] bytes, int from, TraceVisitor visitor) {
        byte[] payload = bytes;
        int at = from + BatchHeader.BYTES;
        if (header.compressed()) {
            decompress(header, bytes, at);
            payload = scratch;
            at = 0;
        } else if (bytes.length - at - header.payloadBytes() < EventCursor.SLACK) {
            reserve(header.rawBytes());
            System.arraycopy(bytes, at, scratch, 0, header.rawBytes());
            payload = scratch;
            at = 0;
        }
        events.decode(payload, at, header.rawBytes(), header.events(), header.firstTime(), visitor);
    }

    private void decompress(BatchHeader header, byte[] bytes, int at) {
        reserve(header.rawBytes());
        long size;
        try {
            // The destination has exactly the size the header claims, so a frame that holds more takes no more memory.
            size = Zstd.decompressByteArray(scratch, 0, header.rawBytes(), bytes, at, header.payloadBytes());
        } catch (ZstdException e) {
            throw new MalformedBatchException(
                    "zstd frame does not decompress to the " + header.rawBytes() + " bytes claimed: " + e.getMessage());
        }
        if (size != header.rawBytes()) {
            throw new MalformedBatchException(
                    "zstd frame holds " + size + " bytes, the header claims " + header.rawBytes());
        }
    }

    private void reserve(int rawBytes) {
        if (scratch.length < rawBytes + EventCursor.SLACK) {
            scratch = new byte[Math.max(rawBytes, 256 << 10) + EventCursor.SLACK];
        }
        Arrays.fill(scratch, rawBytes, rawBytes + EventCursor.SLACK, (byte) 0);
    }
}
