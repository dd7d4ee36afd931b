// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.AnalysisOptions;
import io.pintrail.analysis.RegionSummary;
import io.pintrail.analysis.Settled;
import io.pintrail.trace.BatchHeader;
import io.pintrail.trace.DecodingSink;
import io.pintrail.trace.RecordingId;
import java.util.ArrayList;
import java.util.List;

/**
 * One recording as far as its batches have come. Depends on these batches only and not on when they came, so that the
 * same batches, or an image of it and the batches after that, give the same state.
 */
final class RecordingState {
    /** Batches that a later one with the same sequence number is compared with; a power of two. */
    private static final int REMEMBERED = 256;

    final RecordingId id;
    final Analysis analysis;
    private final boolean keepResults;
    /** Sequence number of the batch to come. */
    private long next;

    /** Checksum and number of events of the last batches, by sequence number; 0 for a missing one. */
    private final long[] sums = new long[REMEMBERED];

    private int contradictions;
    private long settledFindings;
    private long settledRegions;
    /** Settled and not yet published. */
    private final List<SettledFinding> findings = new ArrayList<>();

    private final List<RegionSummary> regions = new ArrayList<>();

    RecordingState(RecordingId id, WatchOptions options) {
        this.id = id;
        keepResults = options.keepResults();
        analysis = new Analysis(AnalysisOptions.DEFAULT, options.hostIndex().applyAsInt(id));
    }

    long next() {
        return next;
    }

    /** How many batches contradicted others. */
    int contradictions() {
        return contradictions;
    }

    /** What a batch is to those that came before. */
    enum Kind {
        NEW,
        DUPLICATE,
        /** It came before with other content. */
        CONTRADICTION
    }

    Kind kind(BatchHeader header) {
        if (header.sequence() >= next) {
            return Kind.NEW;
        }
        long known = next - header.sequence() > REMEMBERED ? 0 : sums[slot(header.sequence())];
        return known == 0 || known == sum(header) ? Kind.DUPLICATE : Kind.CONTRADICTION;
    }

    private static int slot(long sequence) {
        return (int) sequence & REMEMBERED - 1;
    }

    private static long sum(BatchHeader header) {
        return header.payloadCrc() & 0xffff_ffffL | header.events() + 1L << 32;
    }

    /**
     * Applies a batch. One that contradicts another tells that two recorders are at work under one id: whatever was
     * known before is in doubt, as after a loss.
     *
     * @param sink drives {@link #analysis}
     * @throws io.pintrail.trace.MalformedBatchException after the batch's intact events
     */
    void apply(DecodingSink sink, BatchHeader header, byte[] batch) {
        Kind kind = kind(header);
        if (kind != Kind.NEW) {
            if (kind == Kind.CONTRADICTION) {
                contradictions++;
                analysis.gap(next - 1, 1);
            }
            return;
        }
        long missing = header.sequence() - next;
        for (long lost = Math.max(next, header.sequence() - REMEMBERED); lost < header.sequence(); lost++) {
            sums[slot(lost)] = 0;
        }
        sums[slot(header.sequence())] = sum(header);
        next = header.sequence() + 1;
        try {
            sink.batch(header, missing, batch, 0, batch.length);
        } finally {
            settle();
        }
    }

    /** No more batches come; what lives is settled. */
    void close(boolean inOrder) {
        if (!inOrder) {
            analysis.gap(next, 0);
        }
        analysis.close();
        settle();
    }

    private void settle() {
        Settled settled = analysis.settled(!keepResults);
        settledFindings += settled.findings().size() + settled.amended().size();
        settledRegions += settled.regions().size();
        settled.findings().forEach(finding -> findings.add(new SettledFinding(finding, false)));
        settled.amended().forEach(finding -> findings.add(new SettledFinding(finding, true)));
        regions.addAll(settled.regions());
    }

    /** Settled findings beyond the first {@code published} of the recording. */
    List<SettledFinding> takeFindings(long published) {
        return take(findings, settledFindings, published);
    }

    List<RegionSummary> takeRegions(long published) {
        return take(regions, settledRegions, published);
    }

    private static <T> List<T> take(List<T> pending, long settled, long published) {
        long known = published - (settled - pending.size());
        List<T> taken = new ArrayList<>(pending.subList((int) Math.min(known, pending.size()), pending.size()));
        pending.clear();
        return taken;
    }
}
