// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/** A batch that cannot be what its writer meant. Its message is the reason alone; the reader adds file and offset. */
public final class MalformedBatchException extends RuntimeException {
    MalformedBatchException(String reason) {
        // Input decides how often this is thrown, so it carries no stack trace.
        super(reason, null, false, false);
    }
}
