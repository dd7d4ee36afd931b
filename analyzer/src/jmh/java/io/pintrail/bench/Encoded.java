// SPDX-License-Identifier: Apache-2.0
package io.pintrail.bench;

import io.pintrail.trace.BatchHeader;
import io.pintrail.trace.EventRouter;
import io.pintrail.trace.TraceFiles;
import io.pintrail.trace.TraceVisitor;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** The bytes of a trace file in any format, and what is in it. */
final class Encoded {
    private final byte[] bytes;
    private long events;
    private long runs;

    Encoded(byte[] bytes) throws IOException {
        this.bytes = bytes;
        drive(new EventRouter() {
            private final TraceVisitor nobody = new TraceVisitor() {};

            @Override
            protected TraceVisitor to(int kind, long time) {
                runs++;
                return nobody;
            }

            @Override
            public void batch(BatchHeader header) {
                events += header.events();
            }
        });
    }

    int size() {
        return bytes.length;
    }

    long events() {
        return events;
    }

    long runs() {
        return runs;
    }

    void drive(TraceVisitor visitor) throws IOException {
        TraceFiles.open("benchmark", new ByteArrayInputStream(bytes), damage -> {
                    throw new IllegalStateException(damage.toString());
                })
                .drive(visitor);
    }
}
