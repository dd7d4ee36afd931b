// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** An output file could not be written; the cause is the operating system's reason. Nothing of it was left behind. */
public final class OutputException extends IOException {
    private final transient Path path;

    OutputException(Path path, IOException cause) {
        super(path + ": " + cause.getMessage(), cause);
        this.path = path;
    }

    /** The output as the user named it. */
    public Path path() {
        return path;
    }

    /** A stream whose errors tell which output they are about. */
    static OutputStream guard(Path path, OutputStream stream) {
        return new FilterOutputStream(stream) {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                try {
                    out.write(bytes, from, length);
                } catch (IOException e) {
                    throw new OutputException(path, e);
                }
            }

            @Override
            public void close() throws IOException {
                try {
                    out.close();
                } catch (IOException e) {
                    throw new OutputException(path, e);
                }
            }
        };
    }
}
