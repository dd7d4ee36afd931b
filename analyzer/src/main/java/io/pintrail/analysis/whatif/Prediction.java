// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.whatif;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What comes of a registration, in pages.
 *
 * @param error 0, or −errno: then nothing is pinned
 * @param pinned by what the frames are
 * @param faulted where nothing was mapped before
 * @param copied private copies made of what was mapped, or of a file's page
 * @param diverged private copies of a file, which what is written to the file no longer reaches
 * @param atStore go stale at the next store
 * @param afterProtection go stale at a store after mprotect()
 * @param beforeFork59 would have gone stale at a store after fork() up to 5.8
 * @param cycled518 would go stale at a store after a cycle of mprotect() from 5.9 to 5.18
 */
public record Prediction(
        int error,
        Map<Pinned, Long> pinned,
        long faulted,
        long copied,
        long diverged,
        long atStore,
        long afterProtection,
        long beforeFork59,
        long cycled518) {

    public long pages() {
        return pinned.values().stream().mapToLong(Long::longValue).sum();
    }

    static Prediction refused(int error) {
        return new Prediction(error, Map.of(), 0, 0, 0, 0, 0, 0, 0);
    }

    /** Adds up the pages of a registration. */
    static final class Sum {
        private final Map<Pinned, Long> pinned = new EnumMap<>(Pinned.class);
        private long faulted;
        private long copied;
        private long diverged;
        private long atStore;
        private long afterProtection;
        private long fork;
        private long cycle;

        void add(Outcome outcome, Area area, long pages) {
            pinned.merge(outcome.pinned(), pages, Long::sum);
            faulted += outcome.faulted() ? pages : 0;
            copied += outcome.copied() ? pages : 0;
            atStore += outcome.danger() == Outcome.Danger.STORE ? pages : 0;
            afterProtection += outcome.danger() == Outcome.Danger.PROTECTION ? pages : 0;
            if (outcome.pinned() == Pinned.OWN && area != null && area.copiesOnWrite()) {
                diverged += area.isFile() ? pages : 0;
                fork += area.keptFromChildren() ? 0 : pages;
                cycle += pages;
            }
        }

        void unknown(long pages) {
            pinned.merge(Pinned.UNKNOWN, pages, Long::sum);
        }

        Prediction total() {
            return new Prediction(
                    0,
                    Collections.unmodifiableMap(pinned),
                    faulted,
                    copied,
                    diverged,
                    atStore,
                    afterProtection,
                    fork,
                    cycle);
        }
    }
}
