// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.Finding;
import io.pintrail.analysis.HostSummary;
import io.pintrail.trace.RecordingId;

/**
 * Told what an instance sees, from its threads, just before it is committed: after a failure the same may be told
 * again.
 */
public interface WatchListener {
    /** A finding is new or says something else than before. */
    default void finding(HostSummary host, Finding finding) {}

    /** As {@link #finding}, of one that was not told of before. */
    default void found(HostSummary host, Finding finding) {}

    /** A finding is no longer true: its pages became part of another one, or went back to their frames unused. */
    default void withdrawn(HostSummary host, String findingId) {}

    /** The first batch of a recording came, or the first after a silence. */
    default void follows(RecordingId id) {}

    /**
     * A live recording as it is known now; told about once a second while batches of it come.
     *
     * @param analysedMs when this instance analysed the last of its batches, ms since 1970; 0 before the first one
     */
    default void now(RecordingId id, HostSummary host, long analysedMs) {}

    /** Another instance follows the recording from here on, or none as long as this one starts again. */
    default void leaves(RecordingId id) {}

    /**
     * A kept state could not be read, and was made anew from what the topic still has.
     *
     * @param missing batches that it no longer has; they are a loss
     */
    default void readAgain(RecordingId id, String reason, long missing) {}

    /**
     * A recording is closed.
     *
     * @param analysis closed too; not to be kept longer than the call unless nothing is forgotten
     * @param silent it did not end in order: nothing came for the configured time
     */
    default void closed(RecordingId id, HostSummary host, Analysis analysis, boolean silent) {}

    /** A record that is no batch this program can read was set aside. */
    default void setAside(String reason) {}
}
