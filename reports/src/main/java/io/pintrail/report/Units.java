// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalLong;

/** Numbers as people read them. */
public final class Units {
    private static final String[] BYTES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss.SSS 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Units() {}

    /** 0 B, 4 KiB, 1.5 GiB: at most one decimal, none when it would be 0. */
    public static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < BYTES.length - 1) {
            value /= 1024;
            unit++;
        }
        return trimmed(value, 1) + " " + BYTES[unit];
    }

    /** 950 ns, 12.3 µs, 4.56 ms, 1.2 s, 3 min 5 s. */
    public static String duration(long ns) {
        if (ns < 1_000) {
            return ns + " ns";
        }
        if (ns < 1_000_000) {
            return trimmed(ns / 1e3, 1) + " µs";
        }
        if (ns < 1_000_000_000) {
            return trimmed(ns / 1e6, 2) + " ms";
        }
        if (ns < 120_000_000_000L) {
            return trimmed(ns / 1e9, 2) + " s";
        }
        long seconds = ns / 1_000_000_000;
        return seconds < 7200
                ? seconds / 60 + " min " + seconds % 60 + " s"
                : seconds / 3600 + " h " + seconds / 60 % 60 + " min";
    }

    /** Seconds since the start of a recording, to the microsecond: +12.345678 s. */
    public static String offset(long ns) {
        return String.format(Locale.ROOT, "%+.6f s", ns / 1e9);
    }

    /** Wall clock of ns since 1970, in UTC. */
    public static String wallClock(long realtimeNs) {
        return CLOCK.format(Instant.ofEpochSecond(
                Math.floorDiv(realtimeNs, 1_000_000_000L), Math.floorMod(realtimeNs, 1_000_000_000L)));
    }

    /** 1 page, 12,345 pages. */
    public static String pages(long pages) {
        return plural(pages, "page");
    }

    /** 1 region, 2 regions. */
    public static String plural(long count, String noun) {
        return count(count) + " " + noun + (count == 1 ? "" : "s");
    }

    /** Digits in groups of three. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** 0x… as the contract writes addresses. */
    public static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }

    /** The number, or nothing where there is none. */
    static Object orEmpty(OptionalLong value) {
        return value.isPresent() ? (Object) value.getAsLong() : "";
    }

    private static String trimmed(double value, int decimals) {
        String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        int end = text.length();
        while (text.indexOf('.') >= 0 && text.charAt(end - 1) == '0') {
            text = text.substring(0, --end);
        }
        return text.endsWith(".") ? text.substring(0, end - 1) : text;
    }
}
