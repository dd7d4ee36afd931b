// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/**
 * Something about the trace itself that limits or contradicts what the analysis says. Notices are no findings and do
 * not change the exit code.
 *
 * @param host index of the {@link HostSummary}
 * @param at ns
 */
public record Notice(Kind kind, int host, long at, String text) {
    /** What a notice is about. */
    public enum Kind {
        /** Events lost by the recorder. */
        LOSS,
        /** Accesses of the device that are not in the trace: findings may lack uses. */
        ACCESSES_LOST,
        /** Missing or damaged batches, or a cut end. */
        GAP,
        /** A probe that verdicts need could not be attached. */
        PROBE_MISSING,
        /** A pagemap snapshot differs from the rebuilt state though nothing was lost: a bug of Pintrail. */
        SNAPSHOT_DIFFERS,
        /** Events that came after a mark they precede in time and were not counted in its state. */
        LATE_EVENTS,
        /** Something was left out of the result to bound its size. */
        OMITTED
    }
}
