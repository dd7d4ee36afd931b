// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Standard output and standard error of one run. Unlike {@link System#out} it does not swallow errors: a full disk
 * behind {@code >} is a failure, a reader that went away ({@code | head}) is a quiet end.
 */
final class Terminal {
    /** Writing to standard output failed. */
    static final class OutputLost extends IOException {
        OutputLost(IOException cause) {
            super("standard output: " + cause.getMessage(), cause);
        }

        boolean readerWentAway() {
            return String.valueOf(getCause().getMessage()).contains("Broken pipe");
        }
    }

    private final OutputStream stdout;
    private final Writer out;
    private final PrintWriter err;
    private final boolean outIsTerminal;
    private final boolean errIsTerminal;

    Terminal(OutputStream stdout, OutputStream stderr, boolean outIsTerminal, boolean errIsTerminal) {
        this.stdout = new BufferedOutputStream(new Guarded(stdout), 1 << 16);
        this.out = new OutputStreamWriter(this.stdout, StandardCharsets.UTF_8);
        this.err = new PrintWriter(new OutputStreamWriter(stderr, StandardCharsets.UTF_8), true);
        this.outIsTerminal = outIsTerminal;
        this.errIsTerminal = errIsTerminal;
    }

    static Terminal ofProcess() {
        return new Terminal(
                new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err), isTty(1), isTty(2));
    }

    /** Text for standard output. */
    Writer out() {
        return out;
    }

    /** Bytes for standard output; do not mix with {@link #out()} without flushing. */
    OutputStream stdout() {
        return stdout;
    }

    PrintWriter err() {
        return err;
    }

    boolean outIsTerminal() {
        return outIsTerminal;
    }

    boolean errIsTerminal() {
        return errIsTerminal;
    }

    /** Bold and colour are for terminals whose user has not asked for none (no-color.org). */
    boolean colours() {
        String term = System.getenv("TERM");
        return outIsTerminal && System.getenv("NO_COLOR") == null && term != null && !term.equals("dumb");
    }

    void flush() throws IOException {
        out.flush();
        stdout.flush();
        err.flush();
    }

    private static boolean isTty(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false; // no /proc: not Linux; do without progress and colour
        }
    }

    private static final class Guarded extends FilterOutputStream {
        private boolean failed;

        Guarded(OutputStream stream) {
            super(stream);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        /** Fails once; what is still in buffers then goes nowhere, without a second complaint. */
        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (failed) {
                return;
            }
            try {
                out.write(bytes, from, length);
            } catch (IOException e) {
                failed = true;
                throw new OutputLost(e);
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                out.flush();
            } catch (IOException e) {
                throw new OutputLost(e);
            }
        }
    }
}
