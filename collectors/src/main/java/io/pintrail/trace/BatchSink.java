// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.io.IOException;

/** Takes whole batches as they stand in a file, to ship them or to decode them elsewhere. */
public interface BatchSink {
    /**
     * A batch whose checksums hold. The bytes are valid only during the call.
     *
     * @param missingBefore batches of this recording that should have come since the one before, and did not
     * @throws MalformedBatchException to reject the batch; the reader reports that as damage and goes on
     */
    void batch(BatchHeader header, long missingBefore, byte[] bytes, int from, int length) throws IOException;

    /** A recording stops without the batch that ends it; {@code nextSequence} is the first one it lacks. */
    default void torn(RecordingId id, long nextSequence) {}
}
