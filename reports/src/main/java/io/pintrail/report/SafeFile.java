// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that appears whole or not at all: written under a temporary name beside the target, renamed by
 * {@link #commit()}, removed by {@link #close()} when never committed. All errors are {@link OutputException}s.
 *
 * <p>A target that exists and is no regular file (a terminal, a pipe, {@code /dev/full}) is written directly: renaming
 * over a device node would replace the device.
 */
public final class SafeFile implements AutoCloseable {
    private final Path path;
    private final Path target;
    private final Path temporary;
    private final OutputStream stream;

    private SafeFile(Path path, Path target, Path temporary) throws IOException {
        this.path = path;
        this.target = target;
        this.temporary = temporary;
        OutputStream file = temporary == null
                ? Files.newOutputStream(target, StandardOpenOption.WRITE)
                : Files.newOutputStream(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
        this.stream = OutputException.guard(path, file);
    }

    /** Opens {@code path}; a symbolic link keeps pointing where it did, and what it points to is replaced. */
    public static SafeFile create(Path path) throws OutputException {
        try {
            if (Files.isDirectory(path)) {
                throw new FileSystemException(path.toString(), null, "a directory");
            }
            Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
            if (Files.exists(target) && !Files.isRegularFile(target)) {
                return new SafeFile(path, target, null);
            }
            String name =
                    "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part";
            SafeFile file = new SafeFile(path, target, target.resolveSibling(name));
            file.temporary.toFile().deleteOnExit(); // a signal does not run close()
            return file;
        } catch (IOException e) {
            throw new OutputException(path, e);
        }
    }

    /** Where to write; unbuffered. */
    public OutputStream stream() {
        return stream;
    }

    /** Makes what was written the content of the target. */
    public void commit() throws OutputException {
        try {
            stream.close();
            if (temporary != null) {
                Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (OutputException e) {
            throw e;
        } catch (IOException e) {
            throw new OutputException(path, e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            stream.close();
        } finally {
            if (temporary != null) {
                Files.deleteIfExists(temporary);
            }
        }
    }
}
