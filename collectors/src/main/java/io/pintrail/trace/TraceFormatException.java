// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.io.IOException;

/** Input that cannot be used at all. The message is one line: file, place, reason, what to do. */
public final class TraceFormatException extends IOException {
    private final String file;
    private final long offset;
    private final String reason;
    private final String remedy;

    /** @param offset byte offset in the file, or negative when the place does not matter */
    public TraceFormatException(String file, long offset, String reason, String remedy) {
        this(file, offset, offset < 0 ? "" : "at byte " + offset + ": ", reason, remedy);
    }

    private TraceFormatException(String file, long offset, String place, String reason, String remedy) {
        super(file + ": " + place + reason + "; " + remedy);
        this.file = file;
        this.offset = offset;
        this.reason = reason;
        this.remedy = remedy;
    }

    /** @param line from 1 */
    static TraceFormatException atLine(String file, long line, String reason, String remedy) {
        return new TraceFormatException(file, -1, "line " + line + ": ", reason, remedy);
    }

    public String file() {
        return file;
    }

    /** Byte offset, or negative when the place does not matter or is a line. */
    public long offset() {
        return offset;
    }

    public String reason() {
        return reason;
    }

    public String remedy() {
        return remedy;
    }
}
