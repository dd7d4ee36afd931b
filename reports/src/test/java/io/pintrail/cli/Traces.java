// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.trace.RecordingId;
import io.pintrail.trace.TraceWriter;
import io.pintrail.trace.synthetic.SyntheticConfig;
import io.pintrail.trace.synthetic.SyntheticTrace;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Traces for tests of commands. */
final class Traces {
    private Traces() {}

    /** 16 regions of 64 pages, some pages stale, still registered at the end. */
    static Path broken(Path directory) throws IOException {
        return write(directory.resolve("broken.ptl"), new SyntheticConfig(7, 1, 4, 4, 64, true, 0.1, 50, false));
    }

    static Path healthy(Path directory) throws IOException {
        return write(directory.resolve("healthy.ptl"), new SyntheticConfig(7, 1, 2, 2, 64, false, 0, 50, false));
    }

    static Path write(Path file, SyntheticConfig config) throws IOException {
        try (TraceWriter writer =
                new TraceWriter(new BufferedOutputStream(Files.newOutputStream(file)), RecordingId.NONE, false)) {
            new SyntheticTrace(config).drive(writer);
        }
        return file;
    }
}
