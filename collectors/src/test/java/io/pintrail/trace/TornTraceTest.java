// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever happens to the bytes, what is delivered was written, and what is missing is told. */
class TornTraceTest {
    /** Bytes of magic and major version. */
    private static final int AFTER_VERSION = 10;

    /** Three batches; plus where each starts. */
    private final byte[] trace = Lines.vector("events.ptl");

    private final List<List<String>> batches = batches();
    private final int[] starts = starts();

    private List<List<String>> batches() {
        try {
            List<List<String>> all = new ArrayList<>();
            for (String line : Lines.of(trace)) {
                if (line.startsWith("{\"kind\":\"BATCH\"")) {
                    all.add(new ArrayList<>());
                }
                all.get(all.size() - 1).add(line);
            }
            return all;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private int[] starts() {
        int[] at = new int[4];
        at[0] = FileHeader.BYTES;
        for (int i = 0; i < 3; i++) {
            at[i + 1] =
                    at[i] + BatchHeader.BYTES + BatchHeader.parse(trace, at[i]).payloadBytes();
        }
        assertThat(at[3]).isEqualTo(trace.length);
        return at;
    }

    private static String gap(long first, long count) {
        return "{\"kind\":\"GAP\",\"firstMissing\":" + first + ",\"count\":" + count + "}";
    }

    /** What must be delivered when only these batches are intact. */
    private List<String> delivered(boolean... intact) {
        List<String> lines = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < intact.length; i++) {
            if (intact[i]) {
                lines.add(batches.get(i).get(0));
                if (i > next) {
                    lines.add(gap(next, i - next));
                }
                lines.addAll(batches.get(i).subList(1, batches.get(i).size()));
                next = i + 1;
            }
        }
        if (next < 3) {
            lines.add(gap(next, 0));
        }
        return lines;
    }

    @Test
    void cutAnywhereTheWholeBatchesBeforeTheCutRemain() throws IOException {
        for (int length = 0; length < trace.length; length++) {
            byte[] torn = Arrays.copyOf(trace, length);
            List<Damage> damage = new ArrayList<>();
            if (length < starts[1]) {
                assertThatThrownBy(() -> Lines.of(torn, damage))
                        .as("cut at %d", length)
                        .isInstanceOf(TraceFormatException.class)
                        .hasMessageStartingWith("test.ptl: ");
                continue;
            }
            boolean second = length >= starts[2];
            assertThat(Lines.of(torn, damage)).as("cut at %d", length).isEqualTo(delivered(true, second, false));
            boolean clean = length == starts[1] || length == starts[2];
            assertThat(damage).as("cut at %d", length).hasSize(clean ? 0 : 1);
            if (!clean) {
                assertThat(damage.get(0).offset() + damage.get(0).bytes()).isEqualTo(length);
            }
        }
    }

    /** Better no trace than one of a format that this program does not know. */
    @Test
    void aFlippedBitInMagicOrGreaterVersionIsRefused() {
        for (int bit = 0; bit < AFTER_VERSION * 8; bit++) {
            byte[] flipped = trace.clone();
            flipped[bit >> 3] ^= (byte) (1 << (bit & 7));
            if (bit == 64) {
                continue; // version 0 is no greater one: a damaged header
            }
            assertThatThrownBy(() -> Lines.of(flipped))
                    .as("bit %d", bit)
                    .isInstanceOf(TraceFormatException.class)
                    .hasMessageContaining("at byte 0");
        }
    }

    @Test
    void aFlippedBitCostsOnlyItsBatch() throws IOException {
        for (int bit = AFTER_VERSION * 8; bit < trace.length * 8; bit++) {
            int at = bit >> 3;
            byte[] flipped = trace.clone();
            flipped[at] ^= (byte) (1 << (bit & 7));
            List<Damage> damage = new ArrayList<>();
            List<String> lines = Lines.of(flipped, damage);
            int hit = at < starts[0] ? -1 : at < starts[1] ? 0 : at < starts[2] ? 1 : 2;
            assertThat(lines).as("bit %d", bit).isEqualTo(delivered(hit != 0, hit != 1, hit != 2));
            assertThat(damage).as("bit %d", bit).hasSize(1);
            int from = hit < 0 ? 0 : starts[hit];
            assertThat(damage.get(0).offset()).as("bit %d", bit).isEqualTo(from);
            assertThat(damage.get(0).bytes()).isEqualTo((hit < 0 ? starts[0] : starts[hit + 1]) - from);
        }
    }

    @Test
    void bytesMissingInTheMiddleCostOnlyTheirBatch() throws IOException {
        for (int at = starts[1]; at < starts[2] - 1; at++) {
            byte[] shorter = without(at, 1);
            List<Damage> damage = new ArrayList<>();
            assertThat(Lines.of(shorter, damage)).as("byte %d", at).isEqualTo(delivered(true, false, true));
            assertThat(damage).hasSize(1);
        }
    }

    @Test
    void aMissingBatchIsAGapWithoutDamage() throws IOException {
        byte[] shorter = without(starts[1], starts[2] - starts[1]);
        assertThat(Lines.of(shorter)).isEqualTo(delivered(true, false, true));
    }

    @Test
    void aBatchThatComesTwiceIsDeliveredOnce() throws IOException {
        byte[] longer = Arrays.copyOf(trace, trace.length + starts[2] - starts[1]);
        System.arraycopy(trace, starts[1], longer, starts[2], trace.length - starts[1]);
        List<Damage> damage = new ArrayList<>();
        assertThat(Lines.of(longer, damage)).isEqualTo(delivered(true, true, true));
        assertThat(damage).singleElement().extracting(Damage::reason).asString().contains("batch 1 comes twice");
    }

    @Test
    void rubbishBetweenBatchesIsPassedOver() throws IOException {
        byte[] rubbish = new byte[200_000];
        Arrays.fill(rubbish, (byte) 'P');
        byte[] longer = new byte[trace.length + rubbish.length];
        System.arraycopy(trace, 0, longer, 0, starts[1]);
        System.arraycopy(rubbish, 0, longer, starts[1], rubbish.length);
        System.arraycopy(trace, starts[1], longer, starts[1] + rubbish.length, trace.length - starts[1]);
        List<Damage> damage = new ArrayList<>();
        assertThat(Lines.of(longer, damage)).isEqualTo(delivered(true, true, true));
        assertThat(damage).singleElement().extracting(Damage::bytes).isEqualTo(200_000L);
    }

    private byte[] without(int at, int count) {
        byte[] shorter = Arrays.copyOf(trace, trace.length - count);
        System.arraycopy(trace, at + count, shorter, at, trace.length - at - count);
        return shorter;
    }
}
