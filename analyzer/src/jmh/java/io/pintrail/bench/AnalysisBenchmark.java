// SPDX-License-Identifier: Apache-2.0
package io.pintrail.bench;

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.AnalysisOptions;
import io.pintrail.analysis.AnalysisResult;
import io.pintrail.trace.TraceVisitor;
import java.io.IOException;
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

/** From the bytes of a .ptl to the findings, on one thread, by what the trace is made of. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgs = {"-Xmx1g", "-XX:+UseParallelGC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@State(Scope.Benchmark)
public class AnalysisBenchmark {
    @Param
    public Mix mix;

    private Encoded trace;

    @Setup
    public void make() throws IOException {
        trace = mix.encoded();
    }

    /** Reading and checking alone: what is left of a second for the analysis. */
    @Benchmark
    public void decode(Events events) throws IOException {
        trace.drive(new TraceVisitor() {});
        events.add(trace);
    }

    /** All of it. */
    @Benchmark
    public AnalysisResult analyze(Events events) throws IOException {
        Analysis analysis = new Analysis(AnalysisOptions.DEFAULT);
        trace.drive(analysis);
        events.add(trace);
        return analysis.finish();
    }
}
