// SPDX-License-Identifier: Apache-2.0
package io.pintrail.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a benchmark got through; JMH makes rates of it. */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class Events {
    /** Events of the trace format, as the batch headers count them. */
    public long events;

    /** Calls of the visitor: an event of n runs is n calls. */
    public long runs;

    void add(Encoded trace) {
        events += trace.events();
        runs += trace.runs();
    }
}
