// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The directory an analysis is written to. Files are collected in a hidden directory inside it and moved into place
 * together by {@link #commit()}; without a commit, {@link #close()} leaves the directory as it was found.
 */
public final class ReportDirectory implements AutoCloseable {
    private final Path directory;
    private final Path firstCreated;
    private final Path staging;
    private final List<String> names = new ArrayList<>();
    private final List<String> removed = new ArrayList<>();

    private ReportDirectory(Path directory, Path firstCreated, Path staging) {
        this.directory = directory;
        this.firstCreated = firstCreated;
        this.staging = staging;
    }

    /** Creates the directory and its parents as needed. */
    public static ReportDirectory open(Path path) throws IOException {
        Path directory = path.toAbsolutePath().normalize();
        Path firstCreated = null;
        for (Path up = directory; up != null && !Files.exists(up); up = up.getParent()) {
            firstCreated = up;
        }
        Files.createDirectories(directory);
        try {
            Path staging = Files.createTempDirectory(directory, ".pintrail-");
            staging.toFile().deleteOnExit(); // a signal does not run close()
            return new ReportDirectory(directory, firstCreated, staging);
        } catch (IOException e) {
            removeEmpty(directory, firstCreated);
            throw e;
        }
    }

    /** What one file of the report is written by. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Writes one file, not visible under its name before the commit. */
    public void write(String name, Content content) throws IOException {
        Path file = staging.resolve(name);
        file.toFile().deleteOnExit();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            content.writeTo(out);
        }
        names.add(name);
    }

    /** At the commit, removes a file of an earlier report that this one does not have. */
    public void remove(String name) {
        removed.add(name);
    }

    /** Puts every written file under its name, replacing files of an earlier report. */
    public void commit() throws IOException {
        for (String name : names) {
            Files.move(
                    staging.resolve(name),
                    directory.resolve(name),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        }
        names.clear();
        for (String name : removed) {
            Files.deleteIfExists(directory.resolve(name));
        }
    }

    @Override
    public void close() throws IOException {
        try (var left = Files.newDirectoryStream(staging)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
        Files.delete(staging);
        removeEmpty(directory, firstCreated);
    }

    /** Deletes the directories this run created, innermost first, as long as they are empty. */
    private static void removeEmpty(Path directory, Path firstCreated) throws IOException {
        if (firstCreated == null) {
            return;
        }
        for (Path up = directory; up.startsWith(firstCreated) && isEmpty(up); up = up.getParent()) {
            Files.delete(up);
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (var entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        }
    }
}
