// SPDX-License-Identifier: Apache-2.0
package io.pintrail.ship;

import io.pintrail.trace.BatchHeader;
import io.pintrail.trace.BatchSink;
import io.pintrail.trace.Damage;
import io.pintrail.trace.TraceFormatException;
import io.pintrail.trace.TraceReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Batches on disk until the broker takes them, first in, first out, within a bound. Its files are traces
 * ({@code 1000000000.ptl}, …) that hold batches only; a file is removed when all in it has been acknowledged, so what
 * an ended shipper leaves is sent by the next one, at most twice. Not for several threads at once.
 */
final class Spool {
    private static final long FIRST = 1_000_000_000L;
    private static final int SEGMENT_BYTES = 8 << 20;

    private final Path directory;
    private final long limit;
    private final Consumer<Damage> onDamage;
    private final Deque<Segment> segments = new ArrayDeque<>();
    private long bytes;
    private OutputStream out;

    private static final class Segment {
        final Path path;
        final long number;
        long bytes;

        Segment(Path path, long number, long bytes) {
            this.path = path;
            this.number = number;
            this.bytes = bytes;
        }
    }

    /** A spool that goes on with what is in the directory. */
    Spool(Path directory, long limit, Consumer<Damage> onDamage) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.limit = limit;
        this.onDamage = onDamage;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path path : files.filter(Spool::isSegment).sorted().toList()) {
                String name = path.getFileName().toString();
                long number = Long.parseLong(name.substring(0, name.indexOf('.')));
                segments.add(new Segment(path, number, Files.size(path)));
            }
        }
        segments.forEach(segment -> bytes += segment.bytes);
    }

    private static boolean isSegment(Path path) {
        return path.getFileName().toString().matches("\\d{10}\\.ptl");
    }

    boolean isEmpty() {
        return segments.isEmpty();
    }

    long bytes() {
        return bytes;
    }

    /** Appends a batch; false if that would exceed the limit. */
    boolean add(Batch batch) throws IOException {
        if (bytes + batch.bytes().length > limit) {
            return false;
        }
        if (out == null || segments.getLast().bytes >= SEGMENT_BYTES) {
            append();
        }
        out.write(batch.bytes());
        segments.getLast().bytes += batch.bytes().length;
        bytes += batch.bytes().length;
        return true;
    }

    private void append() throws IOException {
        closeLast();
        long number = segments.isEmpty() ? FIRST : segments.getLast().number + 1;
        Segment segment = new Segment(path(number), number, 0);
        out = Files.newOutputStream(segment.path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        segments.add(segment);
    }

    private Path path(long number) {
        return directory.resolve(String.format("%010d.ptl", number));
    }

    private void closeLast() throws IOException {
        if (out != null) {
            out.close();
            out = null;
        }
    }

    /** The batches of the oldest file; nothing is appended to it any more. */
    List<Batch> oldest() throws IOException {
        if (segments.size() == 1) {
            closeLast();
        }
        List<Batch> batches = new ArrayList<>();
        Path path = segments.getFirst().path;
        try (InputStream in = Files.newInputStream(path)) {
            new TraceReader(path.toString(), in, onDamage).driveBatches(new BatchSink() {
                @Override
                public void batch(BatchHeader header, long missingBefore, byte[] bytes, int from, int length) {
                    batches.add(Batch.copy(header, bytes, from, length));
                }
            });
        } catch (TraceFormatException e) {
            // cut by a crash before its first batch was whole
            onDamage.accept(new Damage(path.toString(), 0, Files.size(path), e.getMessage()));
        }
        return batches;
    }

    /** All of {@link #oldest} has been acknowledged. */
    void removeOldest() throws IOException {
        Segment segment = segments.removeFirst();
        Files.deleteIfExists(segment.path);
        bytes -= segment.bytes;
    }

    /** Puts batches that were under way before everything else; beyond the limit if need be. */
    void putBack(List<Batch> batches) throws IOException {
        if (batches.isEmpty()) {
            return;
        }
        long number = segments.isEmpty() ? FIRST : segments.getFirst().number - 1;
        Segment segment = new Segment(path(number), number, 0);
        try (OutputStream first = Files.newOutputStream(segment.path, StandardOpenOption.CREATE_NEW)) {
            for (Batch batch : batches) {
                first.write(batch.bytes());
                segment.bytes += batch.bytes().length;
            }
        }
        segments.addFirst(segment);
        bytes += segment.bytes;
    }

    void close() throws IOException {
        closeLast();
    }
}
