// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a recording did over time, in steps of equal length. As time goes by the steps become longer, up to
 * {@link #LONGEST_NS}; then the oldest ones are forgotten, so that this covers an hour at most. Times are ns of the
 * host's CLOCK_MONOTONIC and may come in any order.
 */
final class Series {
    static final int STEPS = 300;
    static final long SHORTEST_NS = 50_000_000;
    static final long LONGEST_NS = SHORTEST_NS << 8; // 12.8 s, with 300 of them 64 minutes

    private TreeMap<Long, Step> steps = new TreeMap<>();
    private long stepNs = SHORTEST_NS;
    /** Bytes that were pinned before the first step. */
    private long pinnedBefore;

    private static final class Step {
        long pinned;
        long registrations;
        long latencyNs;
        long longestNs;
        long lost;
        long lagMs = -1;

        void add(Step other) {
            pinned += other.pinned;
            registrations += other.registrations;
            latencyNs += other.latencyNs;
            longestNs = Math.max(longestNs, other.longestNs);
            lost += other.lost;
            lagMs = Math.max(lagMs, other.lagMs);
        }
    }

    /** So many bytes more are pinned from then on; negative for fewer. */
    void pinned(long timeNs, long bytes) {
        Step step = new Step();
        step.pinned = bytes;
        add(timeNs, step);
    }

    void registered(long timeNs, long latencyNs) {
        Step step = new Step();
        step.registrations = 1;
        step.latencyNs = latencyNs;
        step.longestNs = latencyNs;
        add(timeNs, step);
    }

    void lost(long timeNs, long events) {
        Step step = new Step();
        step.lost = events;
        add(timeNs, step);
    }

    void lag(long timeNs, long ms) {
        Step step = new Step();
        step.lagMs = ms;
        add(timeNs, step);
    }

    private void add(long timeNs, Step step) {
        steps.computeIfAbsent(Math.floorDiv(timeNs, stepNs), i -> new Step()).add(step);
        while (span() > STEPS && stepNs < LONGEST_NS) {
            stepNs *= 2;
            TreeMap<Long, Step> longer = new TreeMap<>();
            steps.forEach((index, each) -> longer.computeIfAbsent(Math.floorDiv(index, 2L), i -> new Step())
                    .add(each));
            steps = longer;
        }
        while (span() > STEPS) {
            pinnedBefore += steps.pollFirstEntry().getValue().pinned;
        }
    }

    private long span() {
        return steps.lastKey() - steps.firstKey() + 1;
    }

    /**
     * One array a step that has something to tell: its start in ms from {@code zeroNs}, bytes pinned at its end,
     * registrations, their mean and greatest latency in ns, lost events, lag in ms or null.
     */
    void write(JsonGenerator json, long zeroNs) throws IOException {
        json.writeNumberField("stepMs", stepNs / 1e6);
        json.writeArrayFieldStart("steps");
        long pinned = pinnedBefore;
        for (Map.Entry<Long, Step> entry : steps.entrySet()) {
            Step step = entry.getValue();
            pinned += step.pinned;
            json.writeStartArray();
            json.writeNumber((entry.getKey() * stepNs - zeroNs) / 1e6);
            json.writeNumber(pinned);
            json.writeNumber(step.registrations);
            json.writeNumber(step.registrations == 0 ? 0 : step.latencyNs / step.registrations);
            json.writeNumber(step.longestNs);
            json.writeNumber(step.lost);
            if (step.lagMs < 0) {
                json.writeNull();
            } else {
                json.writeNumber(step.lagMs);
            }
            json.writeEndArray();
        }
        json.writeEndArray();
    }
}
