// SPDX-License-Identifier: Apache-2.0
package io.pintrail.ship;

import java.io.IOException;

/** Shipping cannot go on, or ends with batches that were not delivered: one line that says why and what to do. */
public final class ShipException extends IOException {
    ShipException(String line, Throwable cause) {
        super(line, cause);
    }
}
