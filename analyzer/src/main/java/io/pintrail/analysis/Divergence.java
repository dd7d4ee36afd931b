// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** Explains pages at the moment they part from their pinned frames. */
@FunctionalInterface
interface Divergence {
    /** In place of a time: the pages were never known to map their frames. */
    long NEVER = Long.MIN_VALUE;

    /**
     * @param page first of the pages
     * @param okSince when they were last known to map their frames, ns, or {@link #NEVER}
     * @param code what they map now ({@link io.pintrail.analysis.state.FrameCode})
     * @return number of the episode in {@code states.episodes()}
     */
    int open(PageStates states, long page, long okSince, long code);
}
