// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Times of one host as percentages of a drawing's width, and the round times to label.
 *
 * @param zero the time that is labelled 0, at or before {@code from}
 */
record TimeScale(long zero, long from, long to) {
    /** A scale that is never empty, also for times that no clock has shown. */
    static TimeScale of(long zero, long from, long to) {
        long end = Math.max(to, from + 1);
        // A trace may claim times more than 2^63 ns apart; such a drawing is cut.
        long last = zero < 0 ? Long.MAX_VALUE + zero : Long.MAX_VALUE;
        return new TimeScale(zero, Math.min(from, last - 1), Math.min(end, last));
    }

    /** 0 … 100; times outside are at the border. */
    double percent(long time) {
        double at = 100.0 * (time - from) / (to - from);
        return Math.max(0, Math.min(100, at));
    }

    /** Times whose distance from zero is a multiple of 1, 2 or 5 times a power of ten ns, at most {@code most}. */
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
        long first = (from - zero) / step + ((from - zero) % step == 0 ? 0 : 1);
        long last = (to - zero) / step;
        List<Long> ticks = new ArrayList<>();
        for (long i = first; i <= last; i++) {
            ticks.add(zero + i * step);
        }
        return ticks;
    }

    /** The time since zero in the unit that suits the whole scale. */
    String label(long time) {
        long greatest = to - zero;
        if (greatest < 1_000_000) {
            return number((time - zero) / 1e3) + " µs";
        }
        return greatest < 1_000_000_000 ? number((time - zero) / 1e6) + " ms" : number((time - zero) / 1e9) + " s";
    }

    private static String number(double value) {
        return new DecimalFormat("#,##0.######", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(value);
    }
}
