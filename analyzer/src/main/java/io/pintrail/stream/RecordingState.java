// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.AnalysisOptions;
import io.pintrail.analysis.Finding;
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
    final RecordingId id;
    final Analysis analysis;
    private final boolean keepResults;
    /** Sequence number of the batch to come. */
    private long next;

    private long settledFindings;
    private long settledRegions;
    /** Settled and not yet published. */
    private final List<Finding> findings = new ArrayList<>();

    private final List<RegionSummary> regions = new ArrayList<>();

    RecordingState(RecordingId id, WatchOptions options) {
        this.id = id;
        keepResults = options.keepResults();
        analysis = new Analysis(AnalysisOptions.DEFAULT, options.hostIndex().applyAsInt(id));
    }

    long next() {
        return next;
    }

    /**
     * Applies a batch that has not come before.
     *
     * @param sink drives {@link #analysis}
     * @throws io.pintrail.trace.MalformedBatchException after the batch's intact events
     */
    void apply(DecodingSink sink, BatchHeader header, byte[] batch) {
        long missing = header.sequence() - next;
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
        settledFindings += settled.findings().size();
        settledRegions += settled.regions().size();
        findings.addAll(settled.findings());
        regions.addAll(settled.regions());
    }

    /** Settled findings beyond the first {@code published} of the recording. */
    List<Finding> takeFindings(long published) {
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
