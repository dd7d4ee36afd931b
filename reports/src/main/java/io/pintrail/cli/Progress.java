// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import java.io.PrintWriter;

/** One line on a terminal's standard error, rewritten at most five times a second and wiped at the end. */
final class Progress implements AutoCloseable {
    private static final long FIRST_NS = 1_000_000_000L;
    private static final long EVERY_NS = 200_000_000L;

    private final PrintWriter err;
    private final String what;
    private final long totalBytes;
    private final long started = System.nanoTime();
    private long next = started + FIRST_NS;
    private boolean shown;

    private Progress(PrintWriter err, String what, long totalBytes) {
        this.err = err;
        this.what = what;
        this.totalBytes = totalBytes;
    }

    /** Silent when standard error is no terminal, and for work that ends within a second. */
    static Progress of(Terminal terminal, String what, long totalBytes) {
        return new Progress(terminal.errIsTerminal() ? terminal.err() : null, what, totalBytes);
    }

    void at(long bytes) {
        if (err == null) {
            return;
        }
        long now = System.nanoTime();
        if (now - next < 0) {
            return;
        }
        next = now + EVERY_NS;
        shown = true;
        String done = totalBytes > 0 ? Math.min(100, bytes * 100 / totalBytes) + " %" : bytes / (1 << 20) + " MiB";
        double seconds = (now - started) / 1e9;
        err.printf("\r\033[K%s: %s, %.0f MiB/s", what, done, bytes / seconds / (1 << 20));
        err.flush();
    }

    @Override
    public void close() {
        if (shown) {
            err.print("\r\033[K");
            err.flush();
        }
    }
}
