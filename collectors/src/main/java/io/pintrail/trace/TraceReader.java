// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/**
 * Reads a .ptl file or pipe. A damaged batch costs itself only: it is reported as {@link Damage} and as a gap, and
 * reading goes on at the next batch whose header checksum holds. Files may be concatenated; the recordings in one
 * stream follow one another. A batch that comes twice is passed over.
 */
public final class TraceReader implements Source {
    private final String file;
    private final InputWindow in;
    private final Consumer<Damage> onDamage;
    private final Sequences sequences = new Sequences();
    private long batches;
    private Damage firstDamage;

    /**
     * @param file name for messages
     * @param in not closed by the reader; buffering it gains nothing
     * @param onDamage told of every passage that is passed over
     */
    public TraceReader(String file, InputStream in, Consumer<Damage> onDamage) {
        this.file = file;
        this.in = new InputWindow(in);
        this.onDamage = onDamage;
    }

    @Override
    public void drive(TraceVisitor visitor) throws IOException {
        driveBatches(new DecodingSink(visitor));
    }

    /** As {@link #drive}, with batches left as they are. */
    public void driveBatches(BatchSink sink) throws IOException {
        start();
        while (in.has(1)) {
            next(sink);
        }
        if (batches == 0) {
            throw nothing();
        }
        if (sequences.torn()) {
            sink.torn(sequences.id(), sequences.next());
        }
    }

    private void start() throws IOException {
        if (!in.has(1)) {
            throw new TraceFormatException(
                    file, -1, "the file is empty", "was the recorder started, and on this file?");
        }
        if (!in.has(FileHeader.BYTES)) {
            throw new TraceFormatException(
                    file,
                    in.available(),
                    "the file ends within its header of " + FileHeader.BYTES + " bytes",
                    "record again, or copy the file again if the original is longer");
        }
        byte[] bytes = in.bytes();
        boolean magic = FileHeader.magicAt(bytes, in.start());
        if (magic
                && (FileHeader.intactAt(bytes, in.start()) || FileHeader.major(bytes, in.start()) > FileHeader.MAJOR)) {
            fileHeader();
        } else if (magic) {
            damaged(FileHeader.BYTES, "the file header fails its checksum");
        } else if (batchHeaderAt(FileHeader.BYTES)) {
            throw new TraceFormatException(
                    file,
                    0,
                    "wrong magic, although batches follow the file header",
                    "if the file is a damaged trace, put the first 16 bytes of another one in their place");
        } else if (!batchHeaderAt(0)) {
            throw new TraceFormatException(
                    file,
                    0,
                    "neither a Pintrail trace (wrong magic) nor JSON lines",
                    "give a .ptl file made by pintrail-record, or one made by pintrail convert");
        }
    }

    private boolean batchHeaderAt(int ahead) throws IOException {
        return in.has(ahead + BatchHeader.BYTES) && BatchHeader.intactAt(in.bytes(), in.start() + ahead);
    }

    /** At a file header, first or in the middle of concatenated files. */
    private void fileHeader() throws IOException {
        int major = FileHeader.major(in.bytes(), in.start());
        if (major != FileHeader.MAJOR) {
            throw new TraceFormatException(
                    file,
                    in.offset(),
                    "trace format version " + major + "." + FileHeader.minor(in.bytes(), in.start())
                            + ", this program reads up to " + FileHeader.MAJOR,
                    "use the Pintrail release that came with the recorder, or a newer one");
        }
        in.pass(FileHeader.BYTES);
    }

    private void next(BatchSink sink) throws IOException {
        if (batchHeaderAt(0)) {
            BatchHeader header;
            try {
                header = BatchHeader.parse(in.bytes(), in.start());
            } catch (MalformedBatchException e) {
                damaged(4, e.getMessage());
                return;
            }
            batch(header, sink);
        } else if (in.has(FileHeader.BYTES) && FileHeader.intactAt(in.bytes(), in.start())) {
            fileHeader();
        } else if (!in.has(BatchHeader.BYTES)) {
            damaged(in.available(), "the file ends within a batch header");
        } else {
            boolean magic = BatchHeader.magicAt(in.bytes(), in.start());
            damaged(1, magic ? "a batch header fails its checksum" : "no batch starts here");
        }
    }

    private void batch(BatchHeader header, BatchSink sink) throws IOException {
        int length = BatchHeader.BYTES + header.payloadBytes();
        if (!in.has(length)) {
            String left =
                    (in.available() - BatchHeader.BYTES) + " of the " + header.payloadBytes() + " bytes of batch ";
            damaged(4, "the file ends after " + left + Long.toUnsignedString(header.sequence()));
            return;
        }
        try {
            BatchDecoder.check(header, in.bytes(), in.start());
        } catch (MalformedBatchException e) {
            // Nearly always a few flipped bytes, so the next batch is where it should be; else bytes are missing.
            boolean aligned = batchHeaderAt(length) || in.available() == length;
            damaged(aligned ? length : 4, e.getMessage());
            return;
        }
        deliver(header, length, sink);
        in.pass(length);
    }

    private void deliver(BatchHeader header, int length, BatchSink sink) throws IOException {
        if (sequences.repeats(header)) {
            report(
                    in.offset(),
                    length,
                    "batch " + Long.toUnsignedString(header.sequence()) + " comes twice or too late");
            return;
        }
        if (sequences.tornBy(header)) {
            sink.torn(sequences.id(), sequences.next());
        }
        long missing = sequences.arrived(header);
        try {
            sink.batch(header, missing, in.bytes(), in.start(), length);
            batches++;
        } catch (MalformedBatchException e) {
            report(in.offset(), length, e.getMessage());
        }
    }

    /** Passes over at least {@code atLeast} bytes, up to the next place where a header is intact. */
    private void damaged(int atLeast, String reason) throws IOException {
        long from = in.offset();
        in.pass(Math.min(atLeast, in.available()));
        while (in.has(FileHeader.BYTES)) {
            int ahead = candidate();
            if (ahead < 0) {
                in.pass(in.available() - FileHeader.BYTES + 1);
                continue;
            }
            in.pass(ahead);
            if (batchHeaderAt(0) || FileHeader.intactAt(in.bytes(), in.start())) {
                report(from, in.offset() - from, reason);
                return;
            }
            in.pass(1);
        }
        in.pass(in.available());
        report(from, in.offset() - from, reason);
    }

    /** How far ahead the next magic is, or -1 if there is none among the bytes at hand. */
    private int candidate() {
        byte[] bytes = in.bytes();
        int limit = in.start() + in.available() - FileHeader.BYTES + 1;
        for (int at = in.start(); at < limit; at++) {
            if (bytes[at] == 'P' && BatchHeader.magicAt(bytes, at)
                    || bytes[at] == (byte) 0x89 && FileHeader.magicAt(bytes, at)) {
                return at - in.start();
            }
        }
        return -1;
    }

    private void report(long offset, long bytes, String reason) {
        Damage damage = new Damage(file, offset, bytes, reason);
        if (firstDamage == null) {
            firstDamage = damage;
        }
        onDamage.accept(damage);
    }

    private TraceFormatException nothing() {
        if (firstDamage == null) {
            return new TraceFormatException(
                    file,
                    in.offset(),
                    "the file holds a header and no batch",
                    "the recorder was stopped before it wrote one; record again");
        }
        return new TraceFormatException(
                file,
                firstDamage.offset(),
                "not one intact batch: " + firstDamage.reason(),
                "nothing can be recovered from this file; copy it again from its source, or record again");
    }
}
