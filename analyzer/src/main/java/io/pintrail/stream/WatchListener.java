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

    /** A finding is no longer true: its pages became part of another one, or went back to their frames unused. */
    default void withdrawn(HostSummary host, String findingId) {}

    /** The first batch of a recording came, or the first after a silence. */
    default void follows(RecordingId id) {}

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
