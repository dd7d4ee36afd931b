// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.List;
import java.util.OptionalLong;

/**
 * One recording, so one boot of one host. Times are ns of that host's CLOCK_MONOTONIC.
 *
 * @param index from 0 in order of appearance; regions, findings and notices refer to it
 * @param hostId machine id, 32 hex digits
 * @param bootId boot id, 32 hex digits
 * @param recordingId 16 hex digits
 * @param hostname, kernel, machine, backend, scope, recorder empty where the trace has no HOST event
 * @param realtimeOffsetNs what to add to an event's time to get ns since 1970
 * @param gaps batches that are missing or damaged, 0 count (cut end) as 1
 * @param complete whether the last batch of an orderly end was seen
 * @param liveRegions regions that are registered as of the last event
 * @param snapshotPages pages of pagemap snapshots that were compared with the rebuilt state
 * @param snapshotDifferences of these, pages that differ: should be 0 where nothing was lost
 */
public record HostSummary(
        int index,
        String hostId,
        String bootId,
        String recordingId,
        String hostname,
        String kernel,
        String machine,
        String backend,
        String scope,
        String recorder,
        long firstEventNs,
        long lastEventNs,
        OptionalLong realtimeOffsetNs,
        long events,
        long batches,
        long lostEvents,
        long gaps,
        boolean complete,
        List<Probe> probes,
        List<Mark> marks,
        long liveRegions,
        long snapshotPages,
        long snapshotDifferences,
        List<PinnedBytes> pinnedBytes) {

    /** The hostname, or the start of the machine id where the trace does not name the host. */
    public String name() {
        return hostname.isEmpty() ? "host-" + hostId.substring(0, Math.min(8, hostId.length())) : hostname;
    }

    /** @param status 0 missing and needed, 1 attached, 2 missing and not needed */
    public record Probe(String event, String function, int status, String note) {}

    /** What a process wrote to trace_marker. */
    public record Mark(long timeNs, int pid, String text) {}

    /**
     * One step of the memory pinned by memory regions of this host.
     *
     * @param timeNs start of the step
     * @param bytes greatest value within the step
     */
    public record PinnedBytes(long timeNs, long bytes) {}
}
