// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.whatif;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** All registrations of some recordings together. */
public final class WhatIfTotals {
    /** Of one policy, in pages but for {@code refusals}. */
    public static final class Total {
        private long pinned;
        private long faulted;
        private long copied;
        private long atStore;
        private long afterProtection;
        private long refused;
        private long refusals;
        private long unknown;

        private void add(Registration registration, Prediction prediction) {
            if (prediction.error() != 0) {
                refused += registration.pages();
                refusals++;
                return;
            }
            pinned += prediction.pages();
            faulted += prediction.faulted();
            copied += prediction.copied();
            atStore += prediction.atStore();
            afterProtection += prediction.afterProtection();
            unknown += prediction.pinned().getOrDefault(Pinned.UNKNOWN, 0L);
        }

        /** Those that are told apart below included. */
        public long pinned() {
            return pinned;
        }

        public long faulted() {
            return faulted;
        }

        public long copied() {
            return copied;
        }

        public long atStore() {
            return atStore;
        }

        public long afterProtection() {
            return afterProtection;
        }

        /** Of registrations that are refused. */
        public long refused() {
            return refused;
        }

        public long refusals() {
            return refusals;
        }

        public long unknown() {
            return unknown;
        }
    }

    private final Map<Policy, Total> totals = new EnumMap<>(Policy.class);
    private final Set<Policy> recorded = EnumSet.noneOf(Policy.class);
    private long registrations;
    private long pages;
    private long untold;
    private String reason = "";

    public WhatIfTotals() {
        for (Policy policy : Policy.values()) {
            totals.put(policy, new Total());
        }
    }

    void add(Registration registration) {
        if (!registration.reason().isEmpty()) {
            untold++;
            reason = registration.reason();
            return;
        }
        registrations++;
        pages += registration.pages();
        registration.recordedPolicy().ifPresent(recorded::add);
        registration.predictions().forEach((policy, p) -> totals.get(policy).add(registration, p));
    }

    public Total of(Policy policy) {
        return totals.get(policy);
    }

    /** Whether a recorded kernel asked for this. */
    public boolean wasRecorded(Policy policy) {
        return recorded.contains(policy);
    }

    /** With a prediction. */
    public long registrations() {
        return registrations;
    }

    /** Of these registrations. */
    public long pages() {
        return pages;
    }

    /** Registrations without a prediction. */
    public long untold() {
        return untold;
    }

    /** Why one of these has none. */
    public String reason() {
        return reason;
    }
}
