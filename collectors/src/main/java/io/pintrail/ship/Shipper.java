// SPDX-License-Identifier: Apache-2.0
package io.pintrail.ship;

import io.pintrail.trace.BatchHeader;
import io.pintrail.trace.BatchSink;
import io.pintrail.trace.Damage;
import io.pintrail.trace.TraceReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Reads one trace and ships its batches; says what it holds back, and what it drops. */
public final class Shipper implements AutoCloseable {
    /** Batches in memory; without a spool the source waits beyond that. */
    static final int MEMORY_BYTES = 16 << 20;

    private final ShipMetrics metrics = new ShipMetrics();
    private final Outbox outbox;
    private final Sender sender;
    private final ShipWatch watch;
    private volatile boolean over;

    /**
     * @param partitions of the topic where it must be made
     * @param spool directory for what the brokers do not take at once; null for none: the source waits then
     * @param spoolLimit bytes in it at most
     */
    public record Options(ClientConfig config, String topic, int partitions, Path spool, long spoolLimit) {}

    /** @param say told in one line each what is held back or dropped */
    public Shipper(Options options, Consumer<String> say) throws IOException {
        this(options, say, MEMORY_BYTES);
    }

    Shipper(Options options, Consumer<String> say, int memoryBytes) throws IOException {
        Spool spool = options.spool == null
                ? null
                : new Spool(options.spool, options.spoolLimit, damage -> say.accept("spool: " + damage));
        outbox = new Outbox(memoryBytes, spool, metrics);
        sender = new Sender(outbox, options);
        watch = new ShipWatch(options.config.brokers(), metrics, say);
    }

    public ShipMetrics metrics() {
        return metrics;
    }

    /**
     * Ships until the trace ends.
     *
     * @param name of the trace, for messages
     * @param follow at the end of {@code in} wait for more, until the recording ends in order or {@link #stopReading}
     * @param onDamage told of every passage that is passed over
     */
    public void ship(String name, InputStream in, boolean follow, Consumer<Damage> onDamage) throws IOException {
        start();
        InputStream source = follow ? new FollowedFile(in, () -> over) : in;
        new TraceReader(name, source, onDamage).driveBatches(new BatchSink() {
            @Override
            public void batch(BatchHeader header, long missing, byte[] bytes, int from, int length) throws IOException {
                outbox.put(Batch.copy(header, bytes, from, length));
                over |= header.last();
            }
        });
    }

    /** Starts sending, what the spool holds first. */
    void start() throws IOException {
        sender.start();
        watch.start();
    }

    /** A followed file is read to its present end and no further. */
    public void stopReading() {
        over = true;
    }

    /**
     * Waits for the brokers to take all.
     *
     * @return false if they have not within that time
     */
    public boolean finish(long waitMs) throws IOException {
        outbox.finish();
        return outbox.drained(waitMs);
    }

    /** Ends at once; what was not delivered stays in the spool. */
    @Override
    public void close() throws IOException {
        watch.stop();
        outbox.stop();
        sender.stop();
    }
}
