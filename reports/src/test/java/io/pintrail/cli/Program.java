// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One run of the command line in a process of its own, with its output in files. */
final class Program implements AutoCloseable {
    private static final long WAIT_S = 150;

    private final Process process;
    private final Path out;
    private final Path err;

    /** @param temporary its directory for temporary files */
    Program(Path temporary, Object... args) throws IOException {
        Path outputs = Files.createTempDirectory(temporary.getParent(), "run-");
        out = outputs.resolve("out");
        err = outputs.resolve("err");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path")));
        if (Runtime.version().feature() >= 23) {
            command.add("--sun-misc-unsafe-memory-access=allow"); // as the launcher does
        }
        command.add(Pintrail.class.getName());
        Arrays.stream(args).map(Object::toString).forEach(command::add);
        process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
    }

    OutputStream input() {
        return process.getOutputStream();
    }

    String out() throws IOException {
        return Files.readString(out);
    }

    String err() throws IOException {
        return Files.readString(err);
    }

    boolean runs() {
        return process.isAlive();
    }

    /** Waits until this is on standard error and returns the rest of its line. */
    String errAfter(String text) throws IOException, InterruptedException {
        return await(err, Pattern.quote(text) + "(.*)\n").group(1);
    }

    /** Waits until all of standard output matches, where a dot is an end of line too. */
    void awaitOut(String pattern) throws IOException, InterruptedException {
        await(out, "(?s)" + pattern);
    }

    private Matcher await(Path file, String pattern) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
        while (true) {
            boolean last = !process.isAlive() || System.nanoTime() - end > 0;
            Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
            if (matcher.find()) {
                return matcher;
            }
            if (last) {
                throw new AssertionError("no " + pattern + " in " + out() + err());
            }
            Thread.sleep(50);
        }
    }

    /** As kill does, with SIGTERM. */
    void terminate() {
        process.toHandle().destroy(); // Process.destroy() would close its standard input too
    }

    int exitCode() throws IOException, InterruptedException {
        if (!process.waitFor(WAIT_S, TimeUnit.SECONDS)) {
            throw new AssertionError("still runs: " + out() + err());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
