// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/**
 * One way in which pages of one block parted from their pinned frames: who, when, why. Pages belong to it from their
 * divergence until they map their frame again.
 */
final class Episode {
    final Cause cause;
    final long at;
    final int pid;
    final int tid;
    final String comm;
    final long call;
    final String callText;
    /** How a copied page had become write-protected; empty where that is not known or not the point. */
    final String protection;
    /** When that was; distinguishes episodes. */
    final long protectedAt;

    long lastAt;
    long openPages;
    long firstUse;
    long lastUse;
    int findings;

    Episode(Cause cause, long at, Actor actor, String protection, long protectedAt) {
        this.cause = cause;
        this.at = at;
        this.lastAt = at;
        this.pid = actor.pid();
        this.tid = actor.tid();
        this.comm = actor.comm();
        this.call = actor.call();
        this.callText = actor.callText();
        this.protection = protection;
        this.protectedAt = protectedAt;
    }

    void used(long time) {
        if (firstUse == 0) {
            firstUse = time;
        }
        lastUse = Math.max(lastUse, time);
    }

    /** A thread in a system call, {@code call} 0 where none is known. */
    record Actor(int pid, int tid, String comm, long call, String callText) {}
}
