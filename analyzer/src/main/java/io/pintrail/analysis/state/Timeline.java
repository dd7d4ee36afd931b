// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.state;

import java.util.Arrays;

/**
 * A value over time in a fixed number of buckets of equal duration: when time runs past the last one, neighbours are
 * joined and the duration doubles. Keeps each bucket's greatest value, so peaks survive.
 */
public final class Timeline {
    private final long[] greatest;
    private long start;
    /** A bucket is 2^this ns. */
    private int bucketShift;

    private int used;
    private long current;
    private long peak;
    private boolean counting;

    public Timeline(int buckets) {
        greatest = new long[buckets & ~1];
    }

    /** The value from {@code time} on; a time before the last one counts as the last one. */
    public void set(long time, long value) {
        int bucket = bucket(time);
        fill(bucket);
        greatest[bucket] = Math.max(greatest[bucket], value);
        current = value;
        peak = Math.max(peak, value);
    }

    /** For counts: adds to the bucket of {@code time} instead of keeping the greatest. */
    public void count(long time, long value) {
        int bucket = bucket(time);
        used = Math.max(used, bucket + 1);
        greatest[bucket] += value;
        counting = true;
    }

    public long current() {
        return current;
    }

    public long peak() {
        return peak;
    }

    public int size() {
        return used;
    }

    /** Start of a bucket, ns. */
    public long timeNs(int bucket) {
        return start + ((long) bucket << bucketShift);
    }

    public long value(int bucket) {
        return greatest[bucket];
    }

    private int bucket(long time) {
        if (used == 0) {
            start = time;
            return 0;
        }
        long since = Math.max(0, time - start);
        while (since >> bucketShift >= greatest.length) {
            halve();
        }
        int bucket = (int) (since >> bucketShift);
        return counting ? bucket : Math.max(bucket, used - 1);
    }

    private void fill(int bucket) {
        while (used <= bucket) {
            greatest[used++] = current;
        }
    }

    private void halve() {
        int half = greatest.length / 2;
        for (int i = 0; i < half; i++) {
            long left = greatest[2 * i];
            long right = greatest[2 * i + 1];
            greatest[i] = counting ? left + right : Math.max(left, right);
        }
        Arrays.fill(greatest, half, greatest.length, 0);
        used = (used + 1) / 2;
        bucketShift++;
    }
}
