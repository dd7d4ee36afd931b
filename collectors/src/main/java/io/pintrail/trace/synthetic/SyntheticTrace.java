// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace.synthetic;

import io.pintrail.trace.RecordingId;
import io.pintrail.trace.Source;
import io.pintrail.trace.TraceVisitor;
import java.util.HexFormat;

/** Drives a visitor through a whole synthetic trace, host after host; memory use does not depend on its size. */
public final class SyntheticTrace implements Source {
    private final SyntheticConfig config;

    public SyntheticTrace(SyntheticConfig config) {
        this.config = config;
    }

    @Override
    public void drive(TraceVisitor visitor) {
        for (int host = 0; host < config.hosts(); host++) {
            new SyntheticHost(config, host, id(host), memory(host), visitor).drive();
        }
    }

    /** What is true of a host at the marks {@code worked} and later. */
    public SyntheticMemory memory(int host) {
        return new SyntheticMemory(config, host);
    }

    private RecordingId id(int host) {
        HexFormat hex = HexFormat.of();
        long draw = SyntheticMemory.mix(config.seed() + host);
        String hostId = hex.toHexDigits(draw) + hex.toHexDigits((long) host);
        return new RecordingId(hostId, hex.toHexDigits(SyntheticMemory.mix(draw)) + "0".repeat(16), draw);
    }
}
