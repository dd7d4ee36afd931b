// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/** Reads fields out of a payload. Fields are read first and then checked once against the end of their event. */
class EventCursor {
    /**
     * Bytes that must be readable behind a payload: so many can the fixed fields of one event run over its end before
     * {@link #fits} notices.
     */
    static final int SLACK = 256;

    private final StringCache strings = new StringCache();
    protected byte[] bytes;
    protected int at;
    protected int end;

    protected final int u8() {
        return bytes[at++] & 0xff;
    }

    protected final long varint() {
        byte b = bytes[at++];
        return b >= 0 ? b : longVarint(b & 0x7f);
    }

    private long longVarint(long low) {
        long value = low;
        for (int shift = 7; shift < 63; shift += 7) {
            byte b = bytes[at++];
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        byte b = bytes[at++];
        if ((b & ~1) != 0) {
            throw new MalformedBatchException("a varint of more than 64 bits");
        }
        return value | (long) b << 63;
    }

    /** A last field that a later minor version has added: 0 where it is absent. */
    protected final long laterVarint() {
        return at < end ? varint() : 0;
    }

    protected final long svarint() {
        return Wire.unzigzag(varint());
    }

    protected final int u32() {
        long value = varint();
        if (value >>> 32 != 0) {
            throw new MalformedBatchException("a 32-bit field holds " + Long.toUnsignedString(value));
        }
        return (int) value;
    }

    protected final int s32() {
        return s32(svarint());
    }

    protected final int s32(long value) {
        if (value != (int) value) {
            throw new MalformedBatchException("a signed 32-bit field holds " + value);
        }
        return (int) value;
    }

    protected final String string() {
        long length = varint();
        if (length < 0 || length > end - at) {
            throw new MalformedBatchException("a string of " + Long.toUnsignedString(length)
                    + " bytes in an event with " + Math.max(0, end - at) + " left");
        }
        String text = strings.get(bytes, at, (int) length);
        at += (int) length;
        return text;
    }

    /** To be called after the last field of an event and before it is delivered. */
    protected final void fits() {
        if (at > end) {
            throw new MalformedBatchException("an event is shorter than its fields");
        }
    }
}
