// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.RegionSummary;
import io.pintrail.analysis.Verdict;
import io.pintrail.report.SpreadsheetCsv.Column;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;

/** regions.csv: one row a region, in order of registration. Columns: docs/outputs.md. */
final class RegionsCsv {
    private RegionsCsv() {}

    static void write(Report report, OutputStream out) throws IOException {
        SpreadsheetCsv.write(out, columns(report), report.result().regions());
    }

    private static List<Column<RegionSummary>> columns(Report report) {
        return List.of(
                new Column<>("id", RegionSummary::id),
                new Column<>("host", r -> report.host(r.host()).name()),
                new Column<>("pid", RegionSummary::pid),
                new Column<>("comm", RegionSummary::comm),
                new Column<>("device", RegionSummary::device),
                new Column<>("lkey", r -> Integer.toHexString(r.lkey())),
                new Column<>("rkey", r -> Integer.toHexString(r.rkey())),
                new Column<>("va", r -> Long.toHexString(r.va())),
                new Column<>("length", RegionSummary::length),
                new Column<>("iova", r -> Long.toHexString(r.iova())),
                new Column<>("access", r -> String.join("|", AccessFlags.names(r.access()))),
                new Column<>("error", RegionSummary::error),
                new Column<>("registered_ns", r -> Units.orEmpty(r.registeredAt())),
                new Column<>("deregistered_ns", r -> Units.orEmpty(r.deregisteredAt())),
                new Column<>("pages", RegionSummary::pages),
                new Column<>("ok", r -> r.count(Verdict.OK)),
                new Column<>("odp", r -> r.count(Verdict.ODP)),
                new Column<>("snapshot", r -> r.count(Verdict.SNAPSHOT)),
                new Column<>("unknown", r -> r.count(Verdict.UNKNOWN)),
                new Column<>("zero", r -> r.count(Verdict.ZERO)),
                new Column<>("detached", r -> r.count(Verdict.DETACHED)),
                new Column<>("stale", r -> r.count(Verdict.STALE)),
                new Column<>("wrong_ever", WorstFirst::wrongPages),
                new Column<>("register_ns", r -> r.cost().totalNs()),
                new Column<>("fault_ns", r -> r.cost().faultNs()),
                new Column<>("pin_ns", r -> r.cost().pinNs()),
                new Column<>("other_ns", r -> r.cost().otherNs()),
                new Column<>("faults", r -> r.cost().faults()),
                new Column<>("faulted_in", r -> r.provenance().faultedIn()),
                new Column<>("segments", r -> r.contiguity().segments()),
                new Column<>("largest_segment", r -> r.contiguity().largestSegmentPages()),
                new Column<>("reads", r -> r.use().reads()),
                new Column<>("writes", r -> r.use().writes()),
                new Column<>("bytes_read", r -> r.use().bytesRead()),
                new Column<>("bytes_written", r -> r.use().bytesWritten()),
                new Column<>("origin", r -> r.origin().name()),
                new Column<>("since_ns", RegionSummary::since),
                new Column<>("holder", r -> r.holder().name().toLowerCase(Locale.ROOT)));
    }
}
