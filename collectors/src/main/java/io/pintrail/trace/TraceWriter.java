// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Writes a .ptl. After {@link #batch} the batch keeps that header's identity, sequence and flags, so that a trace that
 * was read is written with the same batches; without, batches of 256 KiB are made of the events as they come.
 *
 * <p>I/O errors reach the caller of a visitor method as {@link UncheckedIOException}.
 */
public final class TraceWriter extends EventWriter implements AutoCloseable {
    /** A batch made here is closed by the event with which it reaches this size. */
    static final int CLOSE_BYTES = 256 << 10;

    private static final int ZSTD_LEVEL = 3;

    private final OutputStream out;
    private final boolean compress;
    private final BatchBuffer buffer;
    private RecordingId id;
    private BatchHeader given;
    private long sequence;
    private boolean closed;

    /**
     * Starts a file.
     *
     * @param id of the batches made here; {@link RecordingId#NONE} when all come with headers
     * @param compress zstd, level 3, for batches that it makes smaller
     */
    public TraceWriter(OutputStream out, RecordingId id, boolean compress) throws IOException {
        this(out, id, compress, new BatchBuffer());
        out.write(FileHeader.bytes());
    }

    private TraceWriter(OutputStream out, RecordingId id, boolean compress, BatchBuffer buffer) {
        super(buffer);
        this.out = out;
        this.id = id;
        this.compress = compress;
        this.buffer = buffer;
    }

    @Override
    public void batch(BatchHeader header) {
        endRuns();
        if (given != null || buffer.events() > 0) {
            writeBatch(false);
        }
        given = header;
    }

    @Override
    public void lost(long time, int pid, int tid, int cpu, long count, long sinceNs) {
        endRuns(); // before the sum, which belongs to the batch of this event
        buffer.lost(count);
        super.lost(time, pid, tid, cpu, count, sinceNs);
    }

    @Override
    protected void written() {
        if (buffer.size() >= CLOSE_BYTES && given == null) {
            writeBatch(false);
        }
    }

    /** Writes what has been gathered as a batch; nothing if there are no events. */
    public void flush() throws IOException {
        try {
            endRuns();
            if (given == null && buffer.events() > 0) {
                writeBatch(false);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        out.flush();
    }

    /** Writes the last batch, flagged as such unless it has a header that says otherwise, and closes the stream. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (out) {
            endRuns();
            writeBatch(true);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void writeBatch(boolean last) {
        int at = buffer.payloadStart();
        int rawBytes = buffer.payloadEnd() - at;
        byte[] payload = buffer.bytes();
        int payloadBytes = rawBytes;
        byte[] smaller =
                compress || rawBytes > BatchHeader.MAX_PAYLOAD_BYTES ? compressed(payload, at, rawBytes) : null;
        if (smaller != null) {
            payload = smaller;
            at = 0;
            payloadBytes = smaller.length;
        }
        if (rawBytes > BatchHeader.MAX_RAW_BYTES || payloadBytes > BatchHeader.MAX_PAYLOAD_BYTES) {
            throw new UncheckedIOException(
                    new IOException("a batch of " + rawBytes + " bytes is more than the format allows"));
        }
        int crc = Wire.crc32c(payload, at, payloadBytes);
        byte[] header = new byte[BatchHeader.BYTES];
        header(smaller != null, payloadBytes, rawBytes, crc, last).put(header, 0);
        try {
            out.write(header);
            out.write(payload, at, payloadBytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        given = null;
        buffer.clear();
    }

    private BatchHeader header(boolean compressed, int payloadBytes, int rawBytes, int crc, boolean last) {
        boolean empty = buffer.events() == 0;
        boolean kept = given != null;
        long firstTime = empty ? kept ? given.firstTime() : buffer.lastTime() : buffer.firstTime();
        BatchHeader header = new BatchHeader(
                kept ? given.id() : id,
                compressed,
                kept ? given.first() : sequence == 0,
                kept ? given.last() : last,
                payloadBytes,
                rawBytes,
                kept ? given.sequence() : sequence,
                firstTime,
                empty && kept ? given.lastTime() : buffer.lastTime(),
                buffer.events(),
                buffer.lost(),
                crc);
        if (!kept) {
            sequence++;
        }
        return header;
    }

    private static byte[] compressed(byte[] payload, int at, int rawBytes) {
        byte[] to = new byte[(int) Zstd.compressBound(rawBytes)];
        long size = Zstd.compressByteArray(to, 0, to.length, payload, at, rawBytes, ZSTD_LEVEL);
        return size < rawBytes ? Arrays.copyOf(to, (int) size) : null;
    }
}
