// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnitsTest {
    @Test
    void bytesHaveOneDecimalUnlessItIsZero() {
        assertThat(Units.bytes(0)).isEqualTo("0 B");
        assertThat(Units.bytes(4096)).isEqualTo("4 KiB");
        assertThat(Units.bytes(1536)).isEqualTo("1.5 KiB");
        assertThat(Units.bytes(1L << 40)).isEqualTo("1 TiB");
        assertThat(Units.bytes(Long.MAX_VALUE)).isEqualTo("8 EiB");
    }

    @Test
    void durationsSuitTheirSize() {
        assertThat(Units.duration(999)).isEqualTo("999 ns");
        assertThat(Units.duration(12_340)).isEqualTo("12.3 µs");
        assertThat(Units.duration(4_560_000)).isEqualTo("4.56 ms");
        assertThat(Units.duration(100_000_000)).isEqualTo("100 ms");
        assertThat(Units.duration(185_000_000_000L)).isEqualTo("3 min 5 s");
    }

    @Test
    void countsAgreeWithTheirNoun() {
        assertThat(Units.pages(1)).isEqualTo("1 page");
        assertThat(Units.pages(12_345)).isEqualTo("12,345 pages");
    }

    @Test
    void theWallClockIsUtc() {
        assertThat(Units.wallClock(1_790_000_000_123_456_789L)).isEqualTo("2026-09-21 14:13:20.123 UTC");
    }
}
