// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * Identifiers of the findings of one region. They depend on what parted the pages, when, and which part of these pages,
 * in order of address, a finding is about; not on how many pages there are or what has become of them. So a finding
 * keeps its identifier while pages join it, from above or below, and when the device uses them.
 */
final class FindingId {
    private final long region;
    private final Map<Long, Integer> parts = new HashMap<>();

    /** @param block of which pages {@link #of} tells; 0 for none */
    FindingId(Recording recording, Region region, long block) {
        long hash = mix(recording.id.hostId().hashCode(), recording.id.bootId().hashCode());
        hash = mix(hash, recording.id.recording());
        this.region = mix(mix(hash, region.id), block);
    }

    /** The next part of what this did to the region. */
    String of(Kind kind, Episode why) {
        long hash = mix(region, kind.ordinal());
        hash = mix(hash, why.cause.name().hashCode());
        hash = mix(hash, why.at);
        hash = mix(hash, (long) why.by.pid() << 32 | why.by.tid());
        hash = mix(hash, why.by.call());
        return text(mix(hash, parts.merge(hash, 1, Integer::sum)));
    }

    /** Of a mismatch of access that began then. */
    String ofMismatch(long since) {
        return text(mix(mix(region, Kind.MISMATCH.ordinal()), since));
    }

    /** What may be told of one region and one cause side by side. */
    enum Kind {
        PARTED,
        HEALED,
        ZERO,
        MISMATCH
    }

    private static String text(long hash) {
        return "f" + HexFormat.of().toHexDigits(hash);
    }

    /** SplitMix64's finaliser over the sum, so that no order of equal numbers gives the same. */
    private static long mix(long hash, long value) {
        long z = hash * 31 + value + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
