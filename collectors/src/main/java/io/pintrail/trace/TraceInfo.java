// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.util.List;
import java.util.Map;

/**
 * What a trace holds, without analysing it.
 *
 * @param file as it was named
 * @param bytes size of the file, 0 for a stream
 * @param recordings in the order of their first batches
 * @param damage passages that were passed over
 */
public record TraceInfo(String file, long bytes, List<Recording> recordings, List<Damage> damage) {
    /**
     * One run of a recorder.
     *
     * @param id null when the trace has no batch headers (JSON lines of other origin)
     * @param host as the first HOST event says, or null if there was none
     * @param firstTime smallest event time, ns of CLOCK_MONOTONIC; 0 without events
     * @param lastTime greatest event time
     * @param realtimeOffsetNs what to add to a time to get ns since 1970, or null without a CLOCK event
     * @param batches intact ones
     * @param eventsPerKind names of docs/trace-format.md; an event with n runs counts n times
     * @param regions memory regions whose registration was tried
     * @param lostEvents sum over the LOST events
     * @param missingBatches that never came or were damaged
     * @param endedInOrder the last batch is there
     */
    public record Recording(
            RecordingId id,
            HostInfo host,
            long firstTime,
            long lastTime,
            Long realtimeOffsetNs,
            long batches,
            Map<String, Long> eventsPerKind,
            long regions,
            long lostEvents,
            long missingBatches,
            boolean endedInOrder,
            List<Probe> probes,
            List<Mark> marks) {
        public long events() {
            return eventsPerKind.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** @param status 0 missing and needed, 1 attached, 2 missing and not needed on this kernel */
    public record Probe(String event, String function, int status, String note) {
        public boolean missing() {
            return status == 0;
        }
    }

    /** @param time ns of CLOCK_MONOTONIC */
    public record Mark(long time, int pid, String text) {}
}
