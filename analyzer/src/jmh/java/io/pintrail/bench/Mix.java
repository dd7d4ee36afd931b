// SPDX-License-Identifier: Apache-2.0
package io.pintrail.bench;

import io.pintrail.trace.BatchHeader;
import io.pintrail.trace.EventRouter;
import io.pintrail.trace.Kind;
import io.pintrail.trace.RecordingId;
import io.pintrail.trace.Source;
import io.pintrail.trace.TraceVisitor;
import io.pintrail.trace.TraceWriter;
import io.pintrail.trace.synthetic.SyntheticConfig;
import io.pintrail.trace.synthetic.SyntheticTrace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Traces in which one kind of work outweighs the others. The seed is fixed: every run measures the same bytes. */
public enum Mix {
    /** Regions of 1 GiB in all live on: a quarter faults and an eighth mappings that miss, a quarter hits, 3/8 DMA. */
    LIFE(synthetic(64, 4096, true, 0.01, 40_000), -1),
    /** Of the above only the mappings: two hits, one miss. */
    MAP(synthetic(64, 4096, true, 0.01, 80_000), Kind.MAP),
    /** Only the faults, none inside a pin. */
    FAULT(synthetic(64, 4096, true, 0.01, 80_000), Kind.FAULT),
    /** Only the device's accesses. */
    ACCESS(synthetic(64, 4096, true, 0.01, 80_000), Kind.ACCESS),
    /** Every page of 1 GiB loses its frame: calls, unmaps, faults, mappings, and findings in the end. */
    LOSE(synthetic(64, 4096, true, 1, 0), -1),
    /** 8 GiB are pinned, no two neighbouring pages in neighbouring frames: events of 512 runs. */
    PIN_SCATTERED(synthetic(64, 32_768, true, 0, 0), -1),
    /** 1 TiB is pinned, each region one stretch of frames: events of one run of 512 pages. */
    PIN_CONTIGUOUS(synthetic(64, 4_194_304, false, 0, 0), -1),
    /** Regions of 16 pages come and go, 1000 at a time. */
    CHURN(new Churn(300_000, 1_000), -1);

    private final Source source;
    private final int kept;

    Mix(Source source, int kept) {
        this.source = source;
        this.kept = kept;
    }

    private static Source synthetic(int regions, long pages, boolean scattered, double stale, long activity) {
        return new SyntheticTrace(
                new SyntheticConfig(1, 1, 1, regions, pages, scattered, stale, activity, false));
    }

    /** The trace as a .ptl file would hold it. */
    Encoded encoded() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 24);
        try (TraceWriter writer = new TraceWriter(bytes, RecordingId.NONE, false)) {
            source.drive(kept < 0 ? writer : new Only(kept, writer));
        }
        return new Encoded(bytes.toByteArray());
    }

    /** Leaves out faults, mappings and accesses of other kinds than one. */
    private static final class Only extends EventRouter {
        private static final TraceVisitor NOBODY = new TraceVisitor() {};

        private final int kept;
        private final TraceVisitor target;

        Only(int kept, TraceVisitor target) {
            this.kept = kept;
            this.target = target;
        }

        @Override
        protected TraceVisitor to(int kind, long time) {
            boolean left = kind != kept && (kind == Kind.FAULT || kind == Kind.MAP || kind == Kind.ACCESS);
            return left ? NOBODY : target;
        }

        @Override
        public void batch(BatchHeader header) {
            target.batch(header);
        }
    }
}
