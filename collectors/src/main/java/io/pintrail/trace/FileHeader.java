// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/** The 16 bytes that start a .ptl file or pipe. */
final class FileHeader {
    static final int BYTES = 16;
    static final int MAJOR = 1;
    static final int MINOR = 1;

    private static final long MAGIC = 0x0a1a0a0d4c545089L; // "\x89PTL\r\n\x1a\n"
    private static final int CRC_AT = 12;

    private FileHeader() {}

    static boolean magicAt(byte[] bytes, int at) {
        return Wire.int64(bytes, at) == MAGIC;
    }

    static boolean intactAt(byte[] bytes, int at) {
        return magicAt(bytes, at) && Wire.crc32c(bytes, at, CRC_AT) == Wire.int32(bytes, at + CRC_AT);
    }

    static int major(byte[] bytes, int at) {
        return Wire.int16(bytes, at + 8);
    }

    static int minor(byte[] bytes, int at) {
        return Wire.int16(bytes, at + 10);
    }

    /** The header of the version this program writes. */
    static byte[] bytes() {
        byte[] header = new byte[BYTES];
        Wire.putInt64(header, 0, MAGIC);
        Wire.putInt16(header, 8, MAJOR);
        Wire.putInt16(header, 10, MINOR);
        Wire.putInt32(header, CRC_AT, Wire.crc32c(header, 0, CRC_AT));
        return header;
    }
}
