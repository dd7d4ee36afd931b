// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;

/**
 * How often the results of a partition are told. To tell of a region all its pages are looked at, so an instance that
 * has much to follow rests in between.
 */
final class Pace {
    /** At least this many times as long as telling takes, over all partitions that the thread has. */
    private static final long REST = 4;

    /** What there is to tell is not held back for longer. */
    private static final long MAX_REST_MS = 1_000;

    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    /** CPU time in ns that all partitions of a thread took to tell, each the last time. */
    private static final ThreadLocal<long[]> TELLING = ThreadLocal.withInitial(() -> new long[1]);

    private long tookNs;
    private long beganNs;
    private long restUntilMs = nowMs();

    /** For patience and pace, which are no matter of what the clock on the wall is set to. */
    static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }

    boolean rested() {
        beganNs = CPU.getCurrentThreadCpuTime();
        return nowMs() >= restUntilMs;
    }

    /**
     * After telling, which began at {@link #rested()}.
     *
     * @param waitedMs how long the last batch had waited in its topic; what is old already when it is read gains
     *     nothing by being told often
     */
    void told(long waitedMs) {
        took(CPU.getCurrentThreadCpuTime() - beganNs); // a wait for a broker is no work
        long restMs = Math.max(waitedMs, TimeUnit.NANOSECONDS.toMillis(REST * TELLING.get()[0]));
        restUntilMs = nowMs() + Math.min(MAX_REST_MS, restMs);
    }

    /** The partition leaves the thread. */
    void close() {
        took(0);
    }

    private void took(long ns) {
        TELLING.get()[0] += ns - tookNs;
        tookNs = ns;
    }
}
