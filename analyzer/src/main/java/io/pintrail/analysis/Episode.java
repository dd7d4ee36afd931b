// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/**
 * One way in which pages of one block parted from their pinned frames: who, when, why. Pages belong to it from their
 * divergence until they map their frame again.
 */
final class Episode {
    final Cause cause;
    final long at;
    final Actor by;
    /** What had write-protected a copied page; null where that is not known or not the point. */
    final Protection protection;

    long lastAt;
    long openPages;
    long firstUse;
    long lastUse;

    Episode(Cause cause, long at, Actor by, Protection protection) {
        this.cause = cause;
        this.at = at;
        this.lastAt = at;
        this.by = by;
        this.protection = protection;
    }

    /** When the write protection came, which tells episodes apart; 0 if there is none. */
    long protectedAt() {
        return protection == null ? 0 : protection.at;
    }

    void used(long time) {
        if (firstUse == 0) {
            firstUse = time;
        }
        lastUse = Math.max(lastUse, time);
    }

    /** @param kind {@link Intents#PROTECT} or {@link Intents#FORK} */
    record Protection(long at, int kind, boolean byUserfaultfd, Actor by) {
        @Override
        public String toString() {
            if (kind == Intents.FORK) {
                return "fork by " + by;
            }
            if (byUserfaultfd) {
                return "userfaultfd write protection by " + by;
            }
            String call = by.callText();
            return (call.isEmpty() ? "a protection change" : call) + " by " + by;
        }
    }
}
