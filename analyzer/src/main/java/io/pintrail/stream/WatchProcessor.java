// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import io.pintrail.analysis.HostSummary;
import io.pintrail.trace.BatchDecoder;
import io.pintrail.trace.BatchHeader;
import io.pintrail.trace.DecodingSink;
import io.pintrail.trace.MalformedBatchException;
import io.pintrail.trace.RecordingId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Follows the recordings of one partition. Each batch is analysed in memory and kept in the store; results go out a few
 * times a second. All of that is committed at once, so an instance that takes over starts from the image and the
 * batches in the store and is where the other one was at its last commit.
 */
final class WatchProcessor implements Processor<byte[], byte[], String, byte[]> {
    private static final Duration TICK = Duration.ofMillis(100);
    private static final long HOST_EVERY_MS = 1_000;
    private static final long FORGET_EVERY_MS = 60_000;

    private final WatchOptions options;
    private final RecordFormat format;
    private final WatchListener listener;
    private final WatchMetrics metrics;
    private final Replay replay;
    private final Map<RecordingId, Followed> followed = new HashMap<>();
    private final Pace pace = new Pace();
    private RecordingStore store;
    private Publisher publisher;
    private ProcessorContext<String, byte[]> context;
    private long forgotMs;
    /** How long the last batch had waited in its topic. */
    private long waitedMs;

    /** A recording that lives. */
    private static final class Followed {
        final RecordingState state;
        final DecodingSink sink;
        long seenMs;
        long analysedMs;
        long hostMs;
        long loggedBytes;
        long imageBytes;
        boolean touched = true;
        /** What is in the findings topic of a recording that was read again, until that is put right; else null. */
        Map<String, byte[]> inTopic;

        Followed(RecordingState state) {
            this.state = state;
            sink = new DecodingSink(state.analysis);
        }

        HostSummary host() {
            return state.analysis.hostsNow().get(0);
        }
    }

    WatchProcessor(
            WatchOptions options, RecordFormat format, WatchListener listener, WatchMetrics metrics, Replay replay) {
        this.options = options;
        this.format = format;
        this.listener = listener;
        this.metrics = metrics;
        this.replay = replay;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> newContext) {
        context = newContext;
        store = new RecordingStore(context.getStateStore(WatchTopology.STORE));
        publisher = new Publisher(context, store, format, listener);
        store.recordings().forEach((id, progress) -> {
            if (progress.status() == Progress.Status.LIVE) {
                followed.put(id, restored(id));
            }
        });
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
    }

    @Override
    public void close() {
        pace.close();
        followed.keySet().forEach(listener::leaves);
        followed.clear();
    }

    @Override
    public void process(Record<byte[], byte[]> entry) {
        byte[] batch = entry.value();
        BatchHeader header;
        try {
            header = BatchDecoder.header(batch == null ? new byte[0] : batch, 0, batch == null ? 0 : batch.length);
            BatchDecoder.check(header, batch, 0);
        } catch (MalformedBatchException e) {
            setAside(entry, e.getMessage());
            return;
        }
        Followed recording = follow(header.id());
        RecordingState.Kind kind = recording == null ? RecordingState.Kind.DUPLICATE : recording.state.kind(header);
        if (kind == RecordingState.Kind.DUPLICATE) {
            metrics.duplicates.incrementAndGet();
            return;
        }
        if (kind == RecordingState.Kind.CONTRADICTION) {
            contradiction(recording, header, entry);
            return;
        }
        metrics.missing.addAndGet(header.sequence() - recording.state.next());
        store.append(header.id(), header.sequence(), batch);
        try {
            recording.state.apply(recording.sink, header, batch);
        } catch (MalformedBatchException e) {
            setAside(entry, e.getMessage());
        }
        metrics.batches.incrementAndGet();
        metrics.events.addAndGet(header.events());
        metrics.lost.addAndGet(header.lost());
        recording.analysedMs = context.currentSystemTimeMs();
        waitedMs = recording.analysedMs - entry.timestamp();
        recording.seenMs = Pace.nowMs();
        recording.touched = true;
        recording.loggedBytes += batch.length;
        if (header.last()) {
            end(recording);
        } else if (recording.loggedBytes > Math.max(options.snapshotBytes(), 2 * recording.imageBytes)) {
            image(recording);
        }
    }

    /** Whose pages these are nobody can tell any more: told, and all that was known is in doubt. */
    private void contradiction(Followed recording, BatchHeader header, Record<byte[], byte[]> entry) {
        RecordingState state = recording.state;
        store.appendContradiction(state.id, state.next() - 1, state.contradictions(), entry.value());
        state.apply(recording.sink, header, entry.value());
        recording.touched = true;
        setAside(
                entry,
                "batch " + Long.toUnsignedString(header.sequence()) + " of recording "
                        + RecordingStore.key(state.id) + " came before with other content: two recorders share one"
                        + " recording id, as copies of a running virtual machine do; record each anew");
    }

    private void setAside(Record<byte[], byte[]> entry, String reason) {
        metrics.setAside.incrementAndGet();
        publisher.setAside(entry, reason);
    }

    /** The recording, from memory or from the store, or a new one; null if it has ended. */
    private Followed follow(RecordingId id) {
        Followed known = followed.get(id);
        if (known != null) {
            return known;
        }
        Progress progress = store.progress(id);
        if (progress != null && progress.status() == Progress.Status.ENDED) {
            return null;
        }
        boolean isNew = progress == null;
        known = isNew ? new Followed(new RecordingState(id, options)) : restored(id);
        store.progress(id, isNew ? Progress.START : live(progress));
        followed.put(id, known);
        listener.follows(id);
        return known;
    }

    private static Progress live(Progress silent) {
        return new Progress(Progress.Status.LIVE, silent.findings(), silent.regions(), 0);
    }

    private Followed restored(RecordingId id) {
        byte[] image = store.image(id);
        Followed recording;
        try {
            recording = new Followed(
                    image == null ? new RecordingState(id, options) : StateImage.read(image, RecordingState.class));
            recording.imageBytes = image == null ? 0 : image.length;
        } catch (StateException e) {
            recording = readAgain(id, e.getMessage());
        }
        recording.seenMs = Pace.nowMs();
        for (byte[] batch : store.batches(id)) {
            recording.loggedBytes += batch.length;
            apply(recording, BatchDecoder.header(batch, 0, batch.length), batch);
        }
        return recording;
    }

    private static void apply(Followed recording, BatchHeader header, byte[] batch) {
        try {
            recording.state.apply(recording.sink, header, batch);
        } catch (MalformedBatchException e) {
            return; // set aside when it came
        }
    }

    /** The state that the unreadable image had, from the batches before it as far as they are still there. */
    private Followed readAgain(RecordingId id, String reason) {
        Followed recording = new Followed(new RecordingState(id, options));
        long end = store.imageNext(id);
        AtomicLong there = new AtomicLong();
        replay.batches(id, context.taskId().partition(), (header, batch) -> {
            boolean isNew = recording.state.kind(header) == RecordingState.Kind.NEW;
            if (header.sequence() < end) {
                there.addAndGet(isNew ? 1 : 0);
                apply(recording, header, batch);
            }
        });
        recording.inTopic = replay.findings(id);
        long missing = end - there.get();
        metrics.missing.addAndGet(missing);
        metrics.readAgain.incrementAndGet();
        listener.readAgain(id, reason, missing);
        return recording;
    }

    private void image(Followed recording) {
        byte[] image = StateImage.of(recording.state);
        store.image(recording.state.id, image, recording.state.next());
        recording.imageBytes = image.length;
        recording.loggedBytes = 0;
    }

    private void tick(long wallMs) {
        long nowMs = Pace.nowMs();
        boolean rested = pace.rested();
        for (Followed recording : new ArrayList<>(followed.values())) {
            if (recording.touched && rested) {
                publish(recording, nowMs);
            }
            if (nowMs - recording.seenMs > options.silentAfter().toMillis()) {
                silent(recording, wallMs);
            }
        }
        if (rested) {
            pace.told(waitedMs);
        }
        if (publisher.takeTold()) {
            context.commit(); // nobody reads it before
        }
        metrics.recordings.set(followed.size());
        forget(wallMs);
    }

    private void publish(Followed recording, long nowMs) {
        HostSummary host = recording.host();
        putRight(recording);
        publisher.settled(recording.state, host);
        recording.state.analysis.changed().forEach(region -> publisher.live(recording.state.id, host, region));
        recording.touched = nowMs - recording.hostMs < HOST_EVERY_MS;
        if (!recording.touched) {
            recording.hostMs = nowMs;
            publisher.host(recording.state, host, Progress.Status.LIVE);
            listener.now(recording.state.id, host, recording.analysedMs);
        }
    }

    /** After a recording was read again the topics are made to say what this program says. */
    private void putRight(Followed recording) {
        if (recording.inTopic != null) {
            RecordingState state = recording.state;
            publisher.anew(state, recording.host(), state.analysis.changed(), recording.inTopic);
            recording.inTopic = null;
            image(recording);
        }
    }

    /** The last batch came. */
    private void end(Followed recording) {
        RecordingState state = recording.state;
        putRight(recording);
        state.close(true);
        HostSummary host = recording.host();
        publisher.settled(state, host);
        publisher.host(state, host, Progress.Status.ENDED);
        closed(recording, host, Progress.Status.ENDED, context.currentSystemTimeMs());
        store.forget(state.id);
    }

    /** Nothing came for a long time. The state stays in the store as it was before it is closed. */
    private void silent(Followed recording, long nowMs) {
        RecordingState state = recording.state;
        putRight(recording);
        publisher.settled(state, recording.host());
        state.close(false);
        HostSummary host = recording.host();
        publisher.closedForNow(state, host);
        publisher.host(state, host, Progress.Status.SILENT);
        closed(recording, host, Progress.Status.SILENT, nowMs);
    }

    private void closed(Followed recording, HostSummary host, Progress.Status status, long nowMs) {
        RecordingId id = recording.state.id;
        Progress known = store.progress(id);
        store.progress(id, new Progress(status, known.findings(), known.regions(), nowMs));
        followed.remove(id);
        listener.closed(id, host, recording.state.analysis, status == Progress.Status.SILENT);
    }

    /** Recordings that were closed long ago. */
    private void forget(long nowMs) {
        if (nowMs - forgotMs < FORGET_EVERY_MS) {
            return;
        }
        forgotMs = nowMs;
        store.recordings().forEach((id, progress) -> {
            if (progress.status() != Progress.Status.LIVE
                    && nowMs - progress.at() > options.forgetAfter().toMillis()) {
                store.forget(id);
                store.remove(id);
            }
        });
    }
}
