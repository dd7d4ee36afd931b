// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Times of one host as percentages of a drawing's width, and the round times to label. */
record TimeScale(long from, long to) {
    /** A scale that is never empty, also for times that no clock has shown. */
    static TimeScale of(long from, long to) {
        boolean overflows = to - from < 0 && to > from;
        return new TimeScale(from, overflows ? Long.MAX_VALUE + Math.min(0, from) : Math.max(to, from + 1));
    }

    /** 0 … 100; times outside are at the border. */
    double percent(long time) {
        double at = 100.0 * (time - from) / (to - from);
        return Math.max(0, Math.min(100, at));
    }

    /** Multiples of 1, 2 or 5 times a power of ten ns after {@code from}, at most {@code most} of them. */
    List<Long> ticks(int most) {
        long span = to - from;
        long step = 1;
        for (long power = 1; span / step > most - 1; power *= 10) {
            for (int factor : new int[] {1, 2, 5}) {
                step = power * factor;
                if (span / step <= most - 1) {
                    break;
                }
            }
        }
        List<Long> ticks = new ArrayList<>();
        for (long i = 0; i <= span / step; i++) {
            ticks.add(from + i * step);
        }
        return ticks;
    }

    /** The time since {@code from} in the unit that suits the whole scale. */
    String label(long time) {
        long span = to - from;
        if (span < 1_000_000) {
            return number((time - from) / 1e3) + " µs";
        }
        return span < 1_000_000_000 ? number((time - from) / 1e6) + " ms" : number((time - from) / 1e9) + " s";
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.3f", value);
        return text.replaceAll("\\.?0+$", "");
    }
}
