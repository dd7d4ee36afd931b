// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import io.pintrail.ship.Topics;
import io.pintrail.trace.RecordingId;
import java.time.Duration;
import java.util.function.ToIntFunction;

/**
 * @param batches topic to follow; those of the results are {@link #FINDINGS} and so on
 * @param applicationId instances with the same one share the work
 * @param silentAfter a host from which nothing comes for that long is closed
 * @param forgetAfter how long its state is kept then, for the case that it comes back
 * @param snapshotBytes batches kept since the last snapshot of a recording before the next one is made
 * @param keepResults keep settled results in the analysis for {@link WatchListener#closed}
 * @param hostIndex index of a recording's host in its findings
 */
public record WatchOptions(
        String batches,
        String applicationId,
        Duration silentAfter,
        Duration forgetAfter,
        int snapshotBytes,
        boolean keepResults,
        ToIntFunction<RecordingId> hostIndex) {
    /** Findings by id; an empty record withdraws one. */
    public static final String FINDINGS = "pintrail.findings.v1";

    /** Summaries of regions by recording and region. */
    public static final String REGIONS = "pintrail.regions.v1";

    /** Recordings and what limits what can be said of them. */
    public static final String HOSTS = "pintrail.hosts.v1";

    /** Records that are no batches of a version this program reads, with the reason. */
    public static final String DEAD_LETTERS = "pintrail.dead-letter.v1";

    public static final WatchOptions DEFAULT = new WatchOptions(
            Topics.BATCHES, "pintrail-watch", Duration.ofMinutes(5), Duration.ofDays(3), 8 << 20, false, id -> 0);

    /** The same with another topic and application. */
    public WatchOptions of(String topic, String application) {
        return new WatchOptions(topic, application, silentAfter, forgetAfter, snapshotBytes, keepResults, hostIndex);
    }

    /** The same with another patience. */
    public WatchOptions silentAfter(Duration silence) {
        return new WatchOptions(batches, applicationId, silence, forgetAfter, snapshotBytes, keepResults, hostIndex);
    }

    /** The same with snapshots more or less often. */
    public WatchOptions snapshotBytes(int bytes) {
        return new WatchOptions(batches, applicationId, silentAfter, forgetAfter, bytes, keepResults, hostIndex);
    }

    /** The same for a report over all recordings, whose hosts have these places. */
    public WatchOptions keeping(ToIntFunction<RecordingId> index) {
        return new WatchOptions(batches, applicationId, silentAfter, forgetAfter, snapshotBytes, true, index);
    }
}
