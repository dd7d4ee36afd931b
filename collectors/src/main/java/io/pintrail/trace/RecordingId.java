// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/**
 * Whose batches these are: one run of a recorder on one boot of one host.
 *
 * @param hostId /etc/machine-id, 32 hexadecimal digits; zeros when the host has none
 * @param bootId /proc/sys/kernel/random/boot_id without dashes
 * @param recording random number of the run
 */
public record RecordingId(String hostId, String bootId, long recording) {
    private static final String ZEROS = "0".repeat(32);

    /** For traces that no recorder made. */
    public static final RecordingId NONE = new RecordingId(ZEROS, ZEROS, 0);

    public RecordingId {
        requireHex(hostId, "host id");
        requireHex(bootId, "boot id");
    }

    private static void requireHex(String text, String what) {
        if (!text.matches("[0-9a-f]{32}")) {
            throw new IllegalArgumentException(what + " is not 32 lower-case hexadecimal digits: " + text);
        }
    }
}
