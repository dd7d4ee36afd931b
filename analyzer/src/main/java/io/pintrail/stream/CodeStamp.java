// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import io.pintrail.analysis.Analysis;
import io.pintrail.trace.TraceVisitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which analysis made a state: a hash of the compiled classes that follow events and judge pages. A version number
 * would have to be thought of at every change of what a field means.
 */
final class CodeStamp {
    /** Of this program; the same for the same classes, in a jar or in directories. */
    static final long OWN = of(List.of(TraceVisitor.class, Analysis.class, RecordingState.class));

    private CodeStamp() {}

    private static long of(List<Class<?>> packages) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Class<?> one : packages) {
                add(digest, one);
            }
            return ByteBuffer.wrap(digest.digest()).getLong();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException | URISyntaxException e) {
            throw new IllegalStateException(e); // every JVM has SHA-256; a class of a file has a place
        }
    }

    private static void add(MessageDigest digest, Class<?> one) throws IOException, URISyntaxException {
        Path code =
                Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
        String place = one.getPackageName().replace('.', '/');
        if (Files.isDirectory(code)) {
            add(digest, code.resolve(place));
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(code)) {
                add(digest, jar.getPath(place));
            }
        }
    }

    private static void add(MessageDigest digest, Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class"))
                    .sorted((a, b) -> a.toString().compareTo(b.toString()))
                    .toList()) {
                digest.update(Files.readAllBytes(file));
            }
        }
    }
}
