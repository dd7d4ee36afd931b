// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.io.IOException;

/** Anything that can tell a visitor what happened: a trace file, a pipe, JSON lines, a generator. */
@FunctionalInterface
public interface Source {
    /**
     * Delivers every event, to the end.
     *
     * @throws TraceFormatException if the input cannot be used at all, or not further
     */
    void drive(TraceVisitor visitor) throws IOException;
}
