// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

/** A kept state cannot be read: another version of this program wrote it. */
public final class StateException extends RuntimeException {
    StateException(String message) {
        super(message);
    }

    StateException(String message, Throwable cause) {
        super(message, cause);
    }
}
