// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/**
 * Decodes the batches it is given, for a visitor. A gap before a batch is told after {@link TraceVisitor#batch}, so
 * that it always concerns the recording announced last.
 */
public final class DecodingSink implements BatchSink {
    private final TraceVisitor visitor;
    private final BatchDecoder decoder = new BatchDecoder();

    public DecodingSink(TraceVisitor visitor) {
        this.visitor = visitor;
    }

    @Override
    public void batch(BatchHeader header, long missingBefore, byte[] bytes, int from, int length) {
        visitor.batch(header);
        if (missingBefore > 0) {
            visitor.gap(header.sequence() - missingBefore, missingBefore);
        }
        try {
            decoder.events(header, bytes, from, visitor);
        } catch (MalformedBatchException e) {
            visitor.gap(header.sequence(), 1);
            throw e;
        }
    }

    @Override
    public void torn(RecordingId id, long nextSequence) {
        visitor.gap(nextSequence, 0);
    }
}
