// SPDX-License-Identifier: Apache-2.0
package io.pintrail.ship;

import io.pintrail.trace.BatchHeader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One batch on its way, as it stands in the trace. */
record Batch(BatchHeader header, byte[] bytes) {
    static Batch copy(BatchHeader header, byte[] bytes, int from, int length) {
        return new Batch(header, Arrays.copyOfRange(bytes, from, from + length));
    }

    /** The host id in hex: one host's batches are in one partition, in order. */
    byte[] key() {
        return header.id().hostId().getBytes(StandardCharsets.US_ASCII);
    }
}
