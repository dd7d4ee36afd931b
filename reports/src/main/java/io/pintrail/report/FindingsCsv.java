// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.Finding;
import io.pintrail.analysis.RegionSummary;
import io.pintrail.report.SpreadsheetCsv.Column;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/** findings.csv: one row a finding, worst first. Columns: docs/outputs.md. */
final class FindingsCsv {
    private FindingsCsv() {}

    static void write(Report report, OutputStream out) throws IOException {
        SpreadsheetCsv.write(
                out, columns(report, report.regionsById()), report.result().findings());
    }

    private static List<Column<Finding>> columns(Report report, Map<String, RegionSummary> regions) {
        return List.of(
                new Column<>("id", Finding::id),
                new Column<>("class", Finding::type),
                new Column<>("cause", Finding::cause),
                new Column<>("severity", Finding::severity),
                new Column<>("host", f -> report.host(f.host()).name()),
                new Column<>("region", Finding::region),
                new Column<>("device", f -> regions.get(f.region()).device()),
                new Column<>(
                        "lkey", f -> Integer.toHexString(regions.get(f.region()).lkey())),
                new Column<>("va", f -> Long.toHexString(f.va())),
                new Column<>("pages", Finding::pages),
                new Column<>("runs", Finding::runCount),
                new Column<>("at_ns", Finding::at),
                new Column<>("healed_ns", f -> Units.orEmpty(f.healedAt())),
                new Column<>("pid", f -> f.by().pid()),
                new Column<>("tid", f -> f.by().tid()),
                new Column<>("comm", f -> f.by().comm()),
                new Column<>("call", f -> f.by().call()),
                new Column<>("stack", f -> String.join(" < ", f.by().stack())),
                new Column<>("reads", f -> f.usedAfter().reads()),
                new Column<>("writes", f -> f.usedAfter().writes()),
                new Column<>("bytes", f -> f.usedAfter().bytes()),
                new Column<>("explanation", Finding::explanation),
                new Column<>("remedy", Finding::remedy));
    }
}
