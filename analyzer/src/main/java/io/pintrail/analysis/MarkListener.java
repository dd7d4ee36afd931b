// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** Is shown the state of all live regions at each mark, and at the end of the input. */
@FunctionalInterface
public interface MarkListener {
    /** Name of the moment after the last event; there is one for each host. */
    String END = "end";

    /**
     * @param host index of the host whose mark it is
     * @param pid of the process that wrote the mark, 0 at the end
     * @param mark the text written to trace_marker
     * @param state valid only during the call
     */
    void at(int host, int pid, String mark, long timeNs, AnalysisState state);
}
