// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/**
 * What the trace lacks of the uses that a finding counts.
 *
 * @param accesses accesses of the device that are known to be missing
 * @param events whether events of any kind are missing, accesses perhaps among them
 */
record LostUses(long accesses, boolean events) {
    static final LostUses NONE = new LostUses(0, false);

    boolean none() {
        return accesses == 0 && !events;
    }

    /** Why nothing can be told, as the end of a sentence. */
    String why() {
        String missing = accesses == 1
                ? "1 of its accesses is not in the trace"
                : accesses + " of its accesses are not in the trace";
        if (!events) {
            return missing + ".";
        }
        return (accesses == 0 ? "" : missing + ", and ") + "events were lost then.";
    }
}
