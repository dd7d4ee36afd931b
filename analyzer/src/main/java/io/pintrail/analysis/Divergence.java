// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** Explains pages at the moment they part from their pinned frames. */
@FunctionalInterface
interface Divergence {
    /**
     * @param page first of the pages
     * @param okSince when they were last known to map their frames, ns
     * @param code what they map now ({@link io.pintrail.analysis.state.FrameCode})
     * @return number of the episode in {@code states.episodes()}
     */
    int open(PageStates states, long page, long okSince, long code);
}
