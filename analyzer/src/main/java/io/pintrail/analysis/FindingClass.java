// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** What is wrong, the {@code class} of a finding. Declared from mildest to worst. */
public enum FindingClass {
    /** The shared zero page (or huge zero page) is pinned for long. */
    ZERO("Zero page pinned"),
    /** The region lets the device write, its frames were pinned for reading only. */
    ACCESS_MISMATCH("Writable region, read-only pin"),
    /** Nothing is mapped any more where the region's pages were. */
    DETACHED("Detached pages"),
    /** The process maps other frames than the device uses. */
    STALE("Stale pages");

    private final String label;

    FindingClass(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
