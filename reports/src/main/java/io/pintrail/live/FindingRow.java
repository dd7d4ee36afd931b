// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

/**
 * One finding on the {@link Board}.
 *
 * @param key its id
 * @param host key of its recording
 * @param region its region's id
 * @param json its record, as it came
 * @param publishedMs ms since 1970
 * @param version of the board at which it came
 */
record FindingRow(
        String key, String host, String region, HostRow.Level level, byte[] json, long publishedMs, long version)
        implements Shelf.Item {
    @Override
    public int size() {
        return json.length;
    }
}
