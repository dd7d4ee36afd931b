// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.AnalysisOptions;
import io.pintrail.analysis.AnalysisResult;
import io.pintrail.trace.BatchDecoder;
import io.pintrail.trace.BatchHeader;
import io.pintrail.trace.BatchSink;
import io.pintrail.trace.EventRouter;
import io.pintrail.trace.RecordingId;
import io.pintrail.trace.TraceReader;
import io.pintrail.trace.TraceVisitor;
import io.pintrail.trace.TraceWriter;
import io.pintrail.trace.synthetic.SyntheticConfig;
import io.pintrail.trace.synthetic.SyntheticTrace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongBinaryOperator;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** A trace of one recording for the tests of the stream, and what offline analysis makes of it. */
record Recorded(String name, byte[] trace, List<Batch> batches) {
    record Batch(BatchHeader header, byte[] bytes) {}

    static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("../sample-traces"))) {
            return files.filter(f -> f.toString().endsWith(".ptl")).sorted().toList();
        }
    }

    static Recorded of(Path trace) throws IOException {
        return of(trace.toString(), Files.readAllBytes(trace));
    }

    static Recorded of(String name, byte[] trace) {
        List<Batch> batches = new ArrayList<>();
        try {
            new TraceReader(name, new ByteArrayInputStream(trace), damage -> {}).driveBatches(new BatchSink() {
                @Override
                public void batch(BatchHeader header, long missing, byte[] bytes, int from, int length) {
                    batches.add(new Batch(header, Arrays.copyOfRange(bytes, from, from + length)));
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Recorded(name, trace, batches);
    }

    /** One host, 32 regions, every tenth page stale, deregistered at the end. */
    static Recorded synthetic() {
        return synthetic(3, true);
    }

    static Recorded synthetic(long seed, boolean teardown) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TraceWriter writer = new TraceWriter(bytes, RecordingId.NONE, true)) {
            new SyntheticTrace(new SyntheticConfig(seed, 1, 4, 8, 256, true, 0.1, 3_000, teardown)).drive(writer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return of("synthetic-" + seed, bytes.toByteArray());
    }

    /** The same recording with these batches only. */
    Recorded with(List<Batch> some) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        some.forEach(batch -> bytes.writeBytes(batch.bytes()));
        return new Recorded(name, bytes.toByteArray(), List.copyOf(some));
    }

    /** The same events under another identity. */
    Recorded as(RecordingId other) {
        return with(
                batches.stream().map(batch -> relabelled(batch.bytes(), other)).toList());
    }

    private static Batch relabelled(byte[] bytes, RecordingId id) {
        byte[] changed = bytes.clone();
        HexFormat hex = HexFormat.of();
        ByteBuffer header = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
        header.put(16, hex.parseHex(id.hostId()));
        header.put(32, hex.parseHex(id.bootId()));
        header.putLong(48, id.recording());
        seal(changed);
        return new Batch(BatchDecoder.header(changed, 0, changed.length), changed);
    }

    /** Makes the checksum of a batch header hold again. */
    static byte[] seal(byte[] batch) {
        CRC32C crc = new CRC32C();
        crc.update(batch, 0, BatchHeader.BYTES - 4);
        ByteBuffer.wrap(batch).order(ByteOrder.LITTLE_ENDIAN).putInt(BatchHeader.BYTES - 4, (int) crc.getValue());
        return batch;
    }

    /** The same on a host whose clock jumps: {@code shift} says by how many ns at event n of batch m. */
    Recorded withClock(LongBinaryOperator shift) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long[] at = {0, -1};
        try (TraceWriter writer = new TraceWriter(bytes, RecordingId.NONE, true)) {
            TraceVisitor jumping = (TraceVisitor) Proxy.newProxyInstance(
                    TraceVisitor.class.getClassLoader(), new Class<?>[] {TraceVisitor.class}, (proxy, method, args) -> {
                        if (method.getName().equals("batch")) {
                            at[0] = 0;
                            at[1]++;
                        } else if (!method.getName().equals("gap")) {
                            args[0] = (Long) args[0] + shift.applyAsLong(at[0]++, at[1]);
                        }
                        return method.invoke(writer, args);
                    });
            new TraceReader(name, new ByteArrayInputStream(trace), damage -> {}).drive(jumping);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return of(name + " jumping", bytes.toByteArray());
    }

    /** The same recorded by one that misses an access now and then, and says so a little later. */
    Recorded withAccessesLost() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TraceWriter writer = new TraceWriter(bytes, RecordingId.NONE, true)) {
            EventRouter losing = new EventRouter() {
                @Override
                public void batch(BatchHeader header) {
                    writer.batch(header);
                    long ns = Math.min(header.lastTime(), 1_000_000_000);
                    writer.accessesLost(header.lastTime(), 0, 0, 1, ns);
                }

                @Override
                protected TraceVisitor to(int kind, long time) {
                    return writer;
                }
            };
            new TraceReader(name, new ByteArrayInputStream(trace), damage -> {}).drive(losing);
        }
        return of(name + " with accesses lost", bytes.toByteArray());
    }

    RecordingId id() {
        return batches.get(0).header().id();
    }

    AnalysisResult offline() {
        Analysis analysis = new Analysis(AnalysisOptions.DEFAULT);
        try {
            new TraceReader(name, new ByteArrayInputStream(trace), damage -> {}).drive(analysis);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return analysis.finish();
    }
}
