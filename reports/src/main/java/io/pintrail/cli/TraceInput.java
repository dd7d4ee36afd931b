// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.trace.Damage;
import io.pintrail.trace.TimeOrder;
import io.pintrail.trace.TraceFiles;
import io.pintrail.trace.TraceFormatException;
import io.pintrail.trace.TraceVisitor;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A trace named on the command line: a file, or {@code -} for standard input. */
final class TraceInput {
    private final String argument;
    private final List<Damage> damage = new ArrayList<>();

    TraceInput(String argument) {
        this.argument = argument;
    }

    boolean isStandardInput() {
        return argument.equals("-");
    }

    /** For messages and reports. */
    String name() {
        return isStandardInput() ? "standard input" : argument;
    }

    /** Passages that had to be passed over, known once driven. */
    List<Damage> damage() {
        return damage;
    }

    /** The same with every mark after what happened before it, for those who ask what was so at a mark. */
    void driveInOrder(TraceVisitor visitor, Terminal terminal) throws IOException {
        TimeOrder order = new TimeOrder(visitor);
        drive(order, terminal);
        order.finish();
    }

    /** Delivers the whole trace, with progress on standard error. */
    void drive(TraceVisitor visitor, Terminal terminal) throws IOException {
        try (Progress progress = Progress.of(terminal, name(), size());
                InputStream in = isStandardInput() ? System.in : TraceFiles.input(Path.of(argument))) {
            damage.clear();
            TraceFiles.open(name(), new Counted(in, progress), damage::add).drive(visitor);
        }
    }

    /** One line for each passage that could not be read, on standard error. */
    void reportDamage(Terminal terminal) {
        damage.forEach(d -> terminal.err().println("pintrail: " + d));
    }

    /** Of the file, 0 for a stream. */
    long size() throws IOException {
        return !isStandardInput() && Files.isRegularFile(Path.of(argument)) ? Files.size(Path.of(argument)) : 0;
    }

    /** Counts for the progress, and says which input it is that cannot be read further. */
    private final class Counted extends FilterInputStream {
        private final Progress progress;
        private long bytes;

        Counted(InputStream in, Progress progress) {
            super(in);
            this.progress = progress;
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            try {
                int read = in.read(buffer, from, length);
                bytes += Math.max(0, read);
                progress.at(bytes);
                return read;
            } catch (IOException e) {
                throw new TraceFormatException(name(), bytes, UserError.reason(e), "check the disk, or copy it again");
            }
        }
    }
}
