// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.state.IntervalIndex;

/** An address space with pinned blocks. */
final class Space {
    final int asid;
    final IntervalIndex<Umem> blocks = new IntervalIndex<>();
    private Intents intents;
    private boolean ended;
    private int endedByPid;
    private int endedByTid;
    private long endedIn;

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
    void end(int pid, int tid, long call) {
        ended = true;
        endedByPid = pid;
        endedByTid = tid;
        endedIn = call;
    }

    int endedByPid() {
        return endedByPid;
    }

    int endedByTid() {
        return endedByTid;
    }

    /** The call in which the last thread left, 0 if not known. */
    long endedIn() {
        return endedIn;
    }

    boolean ended() {
        return ended;
    }
}
