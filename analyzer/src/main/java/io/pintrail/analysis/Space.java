// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.state.IntervalIndex;

/** An address space with pinned blocks. */
final class Space {
    final int asid;
    final IntervalIndex<Umem> blocks = new IntervalIndex<>();
    private Intents intents;
    private boolean ended;

    Space(int asid) {
        this.asid = asid;
    }

    Intents intents() {
        if (intents == null) {
            intents = new Intents();
        }
        return intents;
    }

    /** The address space was torn down; its blocks stay pinned until they are released. */
    void end() {
        ended = true;
    }

    boolean ended() {
        return ended;
    }
}
