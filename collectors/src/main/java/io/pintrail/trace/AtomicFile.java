// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * An output file that appears under its name only once {@link #commit} says it is complete. Closing alone removes it.
 */
public final class AtomicFile implements AutoCloseable {
    private final Path path;
    private final Path part;
    private final OutputStream out;

    /** Opens a file of a temporary name beside {@code path}. */
    public AtomicFile(Path path) throws IOException {
        this.path = path;
        String name = "." + path.getFileName() + "." + ProcessHandle.current().pid() + ".part";
        this.part = path.toAbsolutePath().resolveSibling(name);
        this.out = Files.newOutputStream(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Unbuffered. */
    public OutputStream out() {
        return out;
    }

    /** Closes the file and gives it its name, in place of a file that has it now. */
    public void commit() throws IOException {
        out.close();
        Files.move(part, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        try {
            out.close();
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
