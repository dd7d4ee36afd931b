// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.whatif;

/**
 * What pinning does to a page.
 *
 * @param faulted nothing was mapped there before
 * @param copied what was mapped, or the file's page, is replaced by a private copy
 * @param danger when the page goes stale if it is pinned so
 */
record Outcome(Pinned pinned, boolean faulted, boolean copied, Danger danger) {
    /** What it takes for the process to get another frame than the device. */
    enum Danger {
        NONE,
        /** The next store. */
        STORE,
        /** A store after mprotect(): out of write protection, or into it and out again. */
        PROTECTION
    }
}
