// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Encodes events one after another; grows as needed. */
class EventBuffer {
    /** Longest string on the wire. */
    static final int STRING_MAX = 4095;

    /** What one event takes at most: the runs of one event, or five strings. */
    private static final int EVENT_MAX = 40 << 10;

    protected byte[] bytes;
    protected int to;
    protected long time;
    protected int pid;
    private int event;

    EventBuffer(int size) {
        bytes = new byte[size];
    }

    void begin(int kind, long eventTime, int eventPid, int eventTid) {
        room();
        event = to;
        u8(kind);
        to++; // the length, nearly always one byte
        svarint(eventTime - time);
        who(eventTime, eventPid, eventTid);
    }

    protected final void room() {
        if (bytes.length - to < EVENT_MAX) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, to + EVENT_MAX));
        }
    }

    protected final void who(long eventTime, int eventPid, int eventTid) {
        svarint((long) eventPid - pid);
        svarint((long) eventTid - eventPid);
        time = eventTime;
        pid = eventPid;
    }

    void end() {
        int body = event + 2;
        int length = to - body;
        int more = Wire.putVarint(bytes, to, length) - to - 1;
        if (more > 0) {
            System.arraycopy(bytes, body, bytes, body + more, length);
            to += more;
        }
        Wire.putVarint(bytes, event + 1, length);
    }

    final void u8(int value) {
        bytes[to++] = (byte) value;
    }

    final void u32(int value) {
        to = Wire.putVarint(bytes, to, value & 0xffff_ffffL);
    }

    final void varint(long value) {
        to = Wire.putVarint(bytes, to, value);
    }

    final void svarint(long value) {
        to = Wire.putVarint(bytes, to, Wire.zigzag(value));
    }

    final void raw(byte[] from, int length) {
        System.arraycopy(from, 0, bytes, to, length);
        to += length;
    }

    /** Cut between characters: half a character would not survive a reader. */
    final void string(CharSequence text) {
        int chars = text.length();
        if (chars <= STRING_MAX && ascii(text)) {
            varint(chars);
            for (int i = 0; i < chars; i++) {
                bytes[to++] = (byte) text.charAt(i);
            }
            return;
        }
        var utf8 = StandardCharsets.UTF_8.encode(CharBuffer.wrap(text));
        int length = utf8.remaining();
        if (length > STRING_MAX) {
            length = STRING_MAX;
            while (length > 0 && (utf8.get(length) & 0xc0) == 0x80) {
                length--;
            }
        }
        varint(length);
        utf8.get(bytes, to, length);
        to += length;
    }

    private static boolean ascii(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
