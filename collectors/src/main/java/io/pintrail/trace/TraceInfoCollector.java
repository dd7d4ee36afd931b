// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/** Gathers a {@link TraceInfo}. */
public final class TraceInfoCollector extends EventRouter {
    private final List<TraceInfo.Recording> recordings = new ArrayList<>();
    private final Details details = new Details();
    private RecordingId id;
    private boolean open;

    /** Ready to visit one file. */
    public TraceInfoCollector() {
        details.clear();
    }

    /** Reads a whole file. */
    public static TraceInfo of(Path file) throws IOException {
        List<Damage> damage = new ArrayList<>();
        TraceInfoCollector collector = new TraceInfoCollector();
        TraceFiles.open(file, damage::add).drive(collector);
        return collector.finish(file.toString(), Files.size(file), damage);
    }

    /** The result; nothing may be visited any more. */
    public TraceInfo finish(String file, long bytes, List<Damage> damage) {
        endRecording();
        return new TraceInfo(file, bytes, List.copyOf(recordings), List.copyOf(damage));
    }

    @Override
    public void batch(BatchHeader header) {
        if (!header.id().equals(id)) {
            endRecording();
            id = header.id();
        }
        open = true;
        details.batches++;
        details.ended |= header.last();
    }

    @Override
    public void gap(long firstMissing, long count) {
        details.missing += count;
        details.ended &= count != 0;
    }

    @Override
    protected TraceVisitor to(int kind, long time) {
        open = true;
        details.count(kind, time);
        return details;
    }

    private void endRecording() {
        if (open) {
            recordings.add(details.recording(id));
        }
        details.clear();
        open = false;
    }

    /** One recording so far. */
    private static final class Details implements TraceVisitor {
        private final long[] events = new long[Kind.LIMIT];
        private List<TraceInfo.Probe> probes = new ArrayList<>();
        private List<TraceInfo.Mark> marks = new ArrayList<>();
        private HostInfo host;
        private Long realtimeOffsetNs;
        private long firstTime;
        private long lastTime;
        private long batches;
        private long lost;
        private long missing;
        private boolean ended;

        void clear() {
            Arrays.fill(events, 0);
            probes = new ArrayList<>();
            marks = new ArrayList<>();
            host = null;
            realtimeOffsetNs = null;
            firstTime = Long.MAX_VALUE;
            lastTime = 0;
            batches = 0;
            lost = 0;
            missing = 0;
            ended = false;
        }

        void count(int kind, long time) {
            events[kind]++;
            firstTime = Math.min(firstTime, time);
            lastTime = Math.max(lastTime, time);
        }

        @Override
        public void host(long time, int pid, int tid, HostInfo info) {
            if (host == null) {
                host = info;
            }
        }

        @Override
        public void clock(long time, int pid, int tid, long realtimeNs) {
            if (realtimeOffsetNs == null) {
                realtimeOffsetNs = realtimeNs - time;
            }
        }

        @Override
        public void probe(
                long time, int pid, int tid, CharSequence event, CharSequence function, int status, CharSequence note) {
            probes.add(new TraceInfo.Probe(event.toString(), function.toString(), status, note.toString()));
        }

        @Override
        public void lost(long time, int pid, int tid, int cpu, long count, long sinceNs) {
            lost += count;
        }

        @Override
        public void mark(long time, int pid, int tid, CharSequence text) {
            marks.add(new TraceInfo.Mark(time, pid, text.toString()));
        }

        TraceInfo.Recording recording(RecordingId id) {
            TreeMap<String, Long> perKind = new TreeMap<>();
            for (int kind = 0; kind < events.length; kind++) {
                if (events[kind] > 0) {
                    perKind.put(Kind.name(kind), events[kind]);
                }
            }
            return new TraceInfo.Recording(
                    id,
                    host,
                    perKind.isEmpty() ? 0 : firstTime,
                    lastTime,
                    realtimeOffsetNs,
                    batches,
                    Collections.unmodifiableMap(perKind),
                    events[Kind.REGISTER_BEGIN],
                    lost,
                    missing,
                    ended,
                    List.copyOf(probes),
                    List.copyOf(marks));
        }
    }
}
