// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Opens trace files; which format one has is told by its content, never by its name. */
public final class TraceFiles {
    private static final int PEEK_BYTES = 64;

    private TraceFiles() {}

    /**
     * A trace in a file. It is opened, and its format recognised, each time it is driven.
     *
     * @param onDamage told of every passage that is passed over
     */
    public static Source open(Path path, Consumer<Damage> onDamage) {
        return visitor -> {
            try (InputStream in = input(path)) {
                open(path.toString(), in, onDamage).drive(visitor);
            }
        };
    }

    /**
     * A trace in a stream, which may be a pipe that is still being written.
     *
     * @param name for messages
     */
    public static Source open(String name, InputStream in, Consumer<Damage> onDamage) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
        return startsLikeJson(buffered)
                ? new JsonLinesReader(name, buffered)
                : new TraceReader(name, buffered, onDamage);
    }

    /** Opens a file for reading, with errors as {@link TraceFormatException}. */
    public static InputStream input(Path path) throws TraceFormatException {
        try {
            if (Files.isDirectory(path)) {
                throw new TraceFormatException(path.toString(), -1, "a directory", "name one trace file in it");
            }
            return Files.newInputStream(path);
        } catch (NoSuchFileException e) {
            throw new TraceFormatException(path.toString(), -1, "no such file", "check the name");
        } catch (AccessDeniedException e) {
            throw new TraceFormatException(
                    path.toString(), -1, "permission denied", "traces of the recorder belong to root: chown or sudo");
        } catch (TraceFormatException e) {
            throw e;
        } catch (IOException e) {
            throw new TraceFormatException(
                    path.toString(), -1, "cannot be opened: " + e.getMessage(), "check the file");
        }
    }

    private static boolean startsLikeJson(BufferedInputStream in) throws IOException {
        in.mark(PEEK_BYTES);
        try {
            for (int i = 0; i < PEEK_BYTES; i++) {
                int b = in.read();
                if (b > ' ' || b < 0) {
                    return b == '{';
                }
            }
            return false;
        } finally {
            in.reset();
        }
    }
}
