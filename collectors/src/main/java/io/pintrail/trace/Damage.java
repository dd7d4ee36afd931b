// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/**
 * Bytes of a trace that were passed over. What they held is unknown; the reader says so to its visitor as a gap.
 *
 * @param offset of the first such byte
 * @param bytes how many
 */
public record Damage(String file, long offset, long bytes, String reason) {
    @Override
    public String toString() {
        return file + ": at byte " + offset + ": " + reason + "; " + bytes + " bytes passed over";
    }
}
