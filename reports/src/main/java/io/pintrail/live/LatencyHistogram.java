// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

/** Counts of durations in seconds, from 50 ms to an hour, cumulative as OpenMetrics wants them. */
final class LatencyHistogram {
    private static final double[] BOUNDS = {0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600};

    private final long[] counts = new long[BOUNDS.length + 1];
    private double sum;

    /** A duration below zero, of a host whose clock is ahead, counts as none. */
    synchronized void add(double seconds) {
        int bucket = 0;
        while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]) {
            bucket++;
        }
        counts[bucket]++;
        sum += Math.max(0, seconds);
    }

    synchronized void write(OpenMetrics out, String name, String help) {
        out.family(name, "histogram", "seconds", help);
        long total = 0;
        for (int i = 0; i < counts.length; i++) {
            total += counts[i];
            out.sample(name + "_bucket", total, "le", i < BOUNDS.length ? OpenMetrics.number(BOUNDS[i]) : "+Inf");
        }
        out.sample(name + "_sum", sum);
        out.sample(name + "_count", total);
    }
}
