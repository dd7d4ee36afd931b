// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One region on the {@link Board}. Times are ns of the host's CLOCK_MONOTONIC.
 *
 * @param key of its record
 * @param host key of its recording
 * @param json its record, as it came
 * @param bad pages that are not what the process sees
 * @param bytes pinned; 0 for a failed registration and for on-demand paging
 * @param registeredNs −1 where that was before the recording, is lost, or failed
 * @param goneNs when it was deregistered, −1 while it lives
 */
record RegionRow(
        String key,
        String host,
        byte[] json,
        boolean failed,
        long bad,
        long bytes,
        long sinceNs,
        long registeredNs,
        long latencyNs,
        long goneNs)
        implements Shelf.Item {
    private static final int PAGE = 4096;

    static RegionRow of(String key, String host, byte[] json, JsonNode record) {
        JsonNode pages = record.path("pages");
        boolean failed = record.path("error").asInt() != 0;
        long held =
                failed ? 0 : pages.path("total").asLong() - pages.path("odp").asLong();
        return new RegionRow(
                key,
                host,
                json,
                failed,
                pages.path("stale").asLong()
                        + pages.path("detached").asLong()
                        + pages.path("zero").asLong(),
                held * PAGE,
                record.path("since").asLong(),
                failed ? -1 : record.path("registeredAt").asLong(-1),
                record.path("cost").path("totalNs").asLong(),
                record.path("deregisteredAt").asLong(-1));
    }

    boolean live() {
        return !failed && goneNs < 0;
    }

    /** How much it deserves to be looked at. */
    int rank() {
        return (bad > 0 ? 2 : 0) + (live() ? 1 : 0);
    }

    @Override
    public int size() {
        return json.length;
    }
}
