// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.Cause;
import io.pintrail.analysis.Finding;
import io.pintrail.analysis.FindingClass;
import io.pintrail.analysis.HostSummary;
import io.pintrail.broker.EmbeddedBroker;
import io.pintrail.report.Report;
import io.pintrail.ship.ClientConfig;
import io.pintrail.ship.Shipper;
import io.pintrail.ship.Topics;
import io.pintrail.stream.Watch;
import io.pintrail.stream.WatchOptions;
import io.pintrail.trace.Damage;
import io.pintrail.trace.RecordingId;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** {@code pintrail demo --kernel}: recorder in a guest → ship → broker → watch, and how long that takes. */
final class LiveDemo {
    private static final long LIMIT_S = 120;

    private final Path root;
    private final String kernel;
    private final Path directory;
    private final CompletableFuture<Analysis> ended = new CompletableFuture<>();

    LiveDemo(Path root, String kernel, Path directory) {
        this.root = root;
        this.kernel = kernel;
        this.directory = directory;
    }

    int run(Terminal terminal) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.temporary(0);
                LiveKernel guest = new LiveKernel(root, kernel)) {
            terminal.err().println("pintrail: Kafka broker at " + broker.address());
            terminal.err().println("pintrail: booting Linux " + kernel + ", which takes half a minute or so …");
            ClientConfig config = new ClientConfig(broker.address(), null);
            WatchOptions options = WatchOptions.DEFAULT.keeping(id -> 0);
            Lines lines = new Lines(new PrintWriter(terminal.out()), guest);
            try (Watch watch = new Watch(config, options, 1, new JsonFormat(), lines)) {
                watch.start();
                guest.awaitRecorder();
                terminal.err().println("pintrail: the recorder is attached");
                List<Damage> damage = ship(guest, config, terminal);
                guest.await();
                Analysis analysis = ended.get(LIMIT_S, TimeUnit.SECONDS);
                Path kept = Files.createDirectories(directory).resolve("live.ptl");
                Files.copy(guest.trace(), kept, StandardCopyOption.REPLACE_EXISTING);
                return DemoCommand.report(
                        List.of(new Report.TraceFile(kept.toString(), damage)), List.of(analysis), directory, terminal);
            }
        }
    }

    private static List<Damage> ship(LiveKernel guest, ClientConfig config, Terminal terminal) throws IOException {
        List<Damage> damage = new ArrayList<>();
        Shipper.Options options = new Shipper.Options(config, Topics.BATCHES, 1, null, 0);
        try (Shipper shipper = new Shipper(options, line -> terminal.err().println("pintrail: " + line));
                InputStream in = Files.newInputStream(guest.trace())) {
            guest.onEnd(shipper::stopReading);
            shipper.ship("live.ptl", in, true, damage::add);
            shipper.finish(Duration.ofSeconds(LIMIT_S).toMillis());
        }
        return damage;
    }

    /** Says of each finding how long ago the store was after which the device saw other data than the process. */
    private final class Lines extends WatchLines {
        private final LiveKernel guest;
        private final Set<String> told = new HashSet<>();

        Lines(PrintWriter out, LiveKernel guest) {
            super(out);
            this.guest = guest;
        }

        @Override
        public void finding(HostSummary host, Finding finding) {
            OptionalLong store = store(host, finding);
            String line = line(host, finding);
            if (store.isEmpty() || !told.add(finding.id())) {
                say(line);
                return;
            }
            try {
                say(String.format(Locale.ROOT, "%s  %.2f s after the store", line, guest.ago(store.getAsLong()) / 1e9));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static OptionalLong store(HostSummary host, Finding finding) {
            if (finding.type() != FindingClass.STALE) {
                return OptionalLong.empty();
            }
            if (finding.cause() == Cause.COW) {
                return OptionalLong.of(finding.at());
            }
            return host.marks().stream()
                    .filter(mark -> mark.text().equals(LiveKernel.BEFORE_STORE))
                    .mapToLong(HostSummary.Mark::timeNs)
                    .findFirst();
        }

        @Override
        public void closed(RecordingId id, HostSummary host, Analysis analysis, boolean silent) {
            super.closed(id, host, analysis, silent);
            if (!silent) {
                ended.complete(analysis);
            }
        }
    }
}
