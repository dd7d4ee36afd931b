// SPDX-License-Identifier: Apache-2.0
package io.pintrail.bench;

import io.pintrail.trace.JsonLinesWriter;
import io.pintrail.trace.RecordingId;
import io.pintrail.trace.TraceVisitor;
import io.pintrail.trace.TraceWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reading and writing the formats: plain, compressed and as text. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgs = {"-Xmx4g", "-XX:+UseParallelGC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@State(Scope.Benchmark)
public class CodecBenchmark {
    public enum Format {
        PTL,
        PTL_ZSTD,
        JSON_LINES
    }

    @Param
    public Format format;

    private Encoded plain;
    private Encoded formatted;

    @Setup
    public void make() throws IOException {
        plain = Mix.LIFE.encoded();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 24);
        write(bytes);
        formatted = new Encoded(bytes.toByteArray());
        System.out.printf("%s: %,d bytes%n", format, formatted.size());
    }

    @Benchmark
    public void read(Events events) throws IOException {
        formatted.drive(new TraceVisitor() {});
        events.add(plain);
    }

    /** From a plain .ptl: reading that is part of it. */
    @Benchmark
    public void write(Events events) throws IOException {
        write(OutputStream.nullOutputStream());
        events.add(plain);
    }

    private void write(OutputStream out) throws IOException {
        if (format == Format.JSON_LINES) {
            try (JsonLinesWriter writer = new JsonLinesWriter(out)) {
                plain.drive(writer);
            }
        } else {
            try (TraceWriter writer = new TraceWriter(out, RecordingId.NONE, format == Format.PTL_ZSTD)) {
                plain.drive(writer);
            }
        }
    }
}
