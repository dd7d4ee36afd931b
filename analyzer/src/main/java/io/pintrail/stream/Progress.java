// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import java.nio.ByteBuffer;

/**
 * What has been published of a recording.
 *
 * @param findings settled findings that are in the topic
 * @param regions settled regions that are in the topic
 * @param at when it was closed, ms since 1970; 0 while it lives
 */
record Progress(Status status, long findings, long regions, long at) {
    static final Progress START = new Progress(Status.LIVE, 0, 0, 0);

    /** Where a recording is. */
    enum Status {
        LIVE,
        ENDED,
        SILENT
    }

    byte[] bytes() {
        return ByteBuffer.allocate(25)
                .put((byte) status.ordinal())
                .putLong(findings)
                .putLong(regions)
                .putLong(at)
                .array();
    }

    static Progress of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new Progress(Status.values()[in.get()], in.getLong(), in.getLong(), in.getLong());
    }
}
