// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The part of a stream under inspection: it can be looked at again until it is passed, which resynchronising needs. */
final class InputWindow {
    private final InputStream in;
    private byte[] bytes = new byte[64 << 10];
    private int start;
    private int end;
    private long offset;

    InputWindow(InputStream in) {
        this.in = in;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Index in {@link #bytes()} of the first byte not passed. */
    int start() {
        return start;
    }

    /** Offset of that byte in the stream. */
    long offset() {
        return offset;
    }

    int available() {
        return end - start;
    }

    /**
     * Makes {@code n} bytes available, waiting for them if the stream is a pipe, and {@link EventCursor#SLACK} more
     * readable. Memory grows with what arrives, not with what is asked for.
     *
     * @return false if the stream ends before
     */
    boolean has(int n) throws IOException {
        while (end - start < n) {
            makeRoom();
            int got = in.read(bytes, end, bytes.length - EventCursor.SLACK - end);
            if (got < 0) {
                return false;
            }
            end += got;
        }
        return true;
    }

    private void makeRoom() {
        if (end < bytes.length - EventCursor.SLACK) {
            return;
        }
        if (start > 0) {
            System.arraycopy(bytes, start, bytes, 0, end - start);
            end -= start;
            start = 0;
        } else {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
    }

    void pass(int n) {
        start += n;
        offset += n;
    }
}
