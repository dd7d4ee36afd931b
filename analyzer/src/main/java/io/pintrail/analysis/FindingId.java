// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.HexFormat;

/** Identifiers that depend only on what a finding is about: a 64-bit mix of these numbers, in hex. */
final class FindingId {
    private FindingId() {}

    static String of(
            Recording recording, Region region, FindingClass type, Cause cause, long page, long pages, long at) {
        long hash = mix(recording.id.hostId().hashCode(), recording.id.bootId().hashCode());
        hash = mix(hash, recording.id.recording());
        hash = mix(hash, region.id);
        hash = mix(hash, type.name().hashCode());
        hash = mix(hash, cause.name().hashCode());
        hash = mix(hash, page);
        hash = mix(hash, pages);
        hash = mix(hash, at);
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
