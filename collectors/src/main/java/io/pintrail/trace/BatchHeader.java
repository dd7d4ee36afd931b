// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * What a batch says of itself (docs/trace-format.md, section 1).
 *
 * @param compressed the payload is one zstd frame
 * @param first first batch of its recording
 * @param last last batch of a recording that ended in order
 * @param payloadBytes as stored
 * @param rawBytes of the payload once decompressed
 * @param sequence from 0, without holes unless batches were lost
 * @param firstTime smallest event time, ns of CLOCK_MONOTONIC
 * @param lastTime greatest event time
 * @param events number of events, kinds unknown to this version included
 * @param lost events the recorder says it lost, over the LOST events of the batch
 * @param payloadCrc CRC32C of the payload as stored
 */
public record BatchHeader(
        RecordingId id,
        boolean compressed,
        boolean first,
        boolean last,
        int payloadBytes,
        int rawBytes,
        long sequence,
        long firstTime,
        long lastTime,
        int events,
        long lost,
        int payloadCrc) {
    /** Bytes of a header on the wire. */
    public static final int BYTES = 112;

    /** No batch claims more stored bytes than this. */
    public static final int MAX_PAYLOAD_BYTES = 16 << 20;

    /** No batch claims more bytes than this once decompressed. */
    public static final int MAX_RAW_BYTES = 64 << 20;

    private static final int MAGIC = 0x31425450; // "PTB1"
    private static final int MAJOR = 1;
    private static final int CRC_AT = BYTES - 4;

    /** True when a header may start here: the four bytes {@code PTB1}. */
    static boolean magicAt(byte[] bytes, int at) {
        return Wire.int32(bytes, at) == MAGIC;
    }

    /** True when the header's own checksum holds; only then may a length in it be believed. */
    static boolean intactAt(byte[] bytes, int at) {
        return magicAt(bytes, at) && Wire.crc32c(bytes, at, CRC_AT) == Wire.int32(bytes, at + CRC_AT);
    }

    /**
     * Reads a header whose checksum holds.
     *
     * @throws MalformedBatchException if it says something no version 1 header says
     */
    static BatchHeader parse(byte[] bytes, int at) {
        int flags = Wire.int16(bytes, at + 4);
        int major = Wire.int16(bytes, at + 6);
        int payloadBytes = Wire.int32(bytes, at + 8);
        int rawBytes = Wire.int32(bytes, at + 12);
        boolean compressed = (flags & 1) != 0;
        if (major != MAJOR) {
            throw new MalformedBatchException("batch of major version " + major + ", this program reads " + MAJOR);
        }
        if ((flags & ~7) != 0) {
            throw new MalformedBatchException("unknown batch flags 0x" + Integer.toHexString(flags));
        }
        if (payloadBytes < 0 || payloadBytes > MAX_PAYLOAD_BYTES || rawBytes < 0 || rawBytes > MAX_RAW_BYTES) {
            throw new MalformedBatchException(
                    "batch claims " + Integer.toUnsignedString(payloadBytes) + " bytes stored, "
                            + Integer.toUnsignedString(rawBytes) + " decompressed: more than the format allows");
        }
        if (!compressed && payloadBytes != rawBytes) {
            throw new MalformedBatchException(
                    "batch claims " + payloadBytes + " bytes stored but " + rawBytes + " decompressed, uncompressed");
        }
        HexFormat hex = HexFormat.of();
        RecordingId id = new RecordingId(
                hex.formatHex(bytes, at + 16, at + 32),
                hex.formatHex(bytes, at + 32, at + 48),
                Wire.int64(bytes, at + 48));
        return new BatchHeader(
                id,
                compressed,
                (flags & 2) != 0,
                (flags & 4) != 0,
                payloadBytes,
                rawBytes,
                Wire.int64(bytes, at + 56),
                Wire.int64(bytes, at + 64),
                Wire.int64(bytes, at + 72),
                Wire.int32(bytes, at + 80),
                Wire.int64(bytes, at + 88),
                Wire.int32(bytes, at + 100));
    }

    /** Writes the header, checksum last. */
    void put(byte[] bytes, int at) {
        HexFormat hex = HexFormat.of();
        Arrays.fill(bytes, at, at + BYTES, (byte) 0);
        Wire.putInt32(bytes, at, MAGIC);
        Wire.putInt16(bytes, at + 4, (compressed ? 1 : 0) | (first ? 2 : 0) | (last ? 4 : 0));
        Wire.putInt16(bytes, at + 6, MAJOR);
        Wire.putInt32(bytes, at + 8, payloadBytes);
        Wire.putInt32(bytes, at + 12, rawBytes);
        System.arraycopy(hex.parseHex(id.hostId()), 0, bytes, at + 16, 16);
        System.arraycopy(hex.parseHex(id.bootId()), 0, bytes, at + 32, 16);
        Wire.putInt64(bytes, at + 48, id.recording());
        Wire.putInt64(bytes, at + 56, sequence);
        Wire.putInt64(bytes, at + 64, firstTime);
        Wire.putInt64(bytes, at + 72, lastTime);
        Wire.putInt32(bytes, at + 80, events);
        Wire.putInt64(bytes, at + 88, lost);
        Wire.putInt32(bytes, at + 100, payloadCrc);
        Wire.putInt32(bytes, at + CRC_AT, Wire.crc32c(bytes, at, CRC_AT));
    }
}
