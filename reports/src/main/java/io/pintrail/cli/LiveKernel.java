// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A guest of the lab that records itself while this program reads its trace. */
final class LiveKernel implements AutoCloseable {
    /** Mark that {@code munmap-mmap} sets right before it stores to pages that the device no longer shares with it. */
    static final String BEFORE_STORE = "mapped-again";

    private static final List<String> SCENARIOS = List.of("munmap-mmap", "mprotect-cycle");
    private static final int SAMPLES = 8;
    private static final long NS = 1_000_000_000L;

    private final Path directory = Files.createTempDirectory("pintrail-live-");
    private final Process process;

    /** Starts to boot. */
    LiveKernel(Path root, String kernel) throws IOException {
        String[] command = {root.resolve("collectors/lab/live").toString(), "--kernel", kernel, directory.toString()};
        process = new ProcessBuilder(
                        Stream.concat(Stream.of(command), SCENARIOS.stream()).toList())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    Path trace() {
        return directory.resolve("live.ptl");
    }

    /** Waits until the recorder has written something, which it does once it is attached. */
    void awaitRecorder() throws IOException, InterruptedException, UserError {
        while (!Files.exists(trace()) || Files.size(trace()) == 0) {
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                throw failure();
            }
        }
    }

    /** Does that when the guest is gone. */
    void onEnd(Runnable action) {
        process.onExit().thenRun(action);
    }

    /** Waits for the guest; throws if anything in it failed. */
    void await() throws IOException, InterruptedException, UserError {
        if (process.waitFor() != 0) {
            throw failure();
        }
    }

    private UserError failure() throws IOException {
        List<String> lines = Files.readAllLines(directory.resolve("log"));
        String said = lines.isEmpty() ? "collectors/lab/live says nothing" : lines.get(lines.size() - 1);
        return new UserError(said + " (exit code " + process.exitValue() + "); a guest that died once may run the next"
                + " time, what the lab needs collectors/lab/setup installs");
    }

    /**
     * How long ago something happened in the guest, ns. The guest has written its clock into files, and the clock here
     * stamped them; the quickest of these writes is the best bound, so the truth is at most that much longer.
     *
     * @param time CLOCK_MONOTONIC of the guest
     */
    long ago(long time) throws IOException {
        long offset = Long.MAX_VALUE;
        for (int i = 1; i <= SAMPLES; i++) {
            Path sample = directory.resolve("clock." + i);
            if (Files.exists(sample)) {
                String seconds = Files.readString(sample).strip();
                if (!seconds.isEmpty()) {
                    long guest = Math.round(Double.parseDouble(seconds) * NS);
                    offset = Math.min(
                            offset, ns(Files.getLastModifiedTime(sample).toInstant()) - guest);
                }
            }
        }
        return ns(Instant.now()) - offset - time;
    }

    private static long ns(Instant instant) {
        return instant.getEpochSecond() * NS + instant.getNano();
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            directory.toFile().deleteOnExit(); // a temporary directory: the system clears what is left
        }
    }
}
