// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** All files of a report: report.html, findings.json, regions.csv, findings.csv and the charts. */
public final class ReportWriter {
    private ReportWriter() {}

    /** Writes the files into a directory, all or none of them. */
    public static void write(Report report, Path directory) throws OutputException {
        try (ReportDirectory files = ReportDirectory.open(directory)) {
            Map<String, Charts.Chart> charts = Charts.draw(report);
            files.write("findings.json", out -> FindingsJson.write(report, out));
            files.write("regions.csv", out -> RegionsCsv.write(report, out));
            files.write("findings.csv", out -> FindingsCsv.write(report, out));
            List.of(Charts.LATENCY, Charts.PER_PAGE, Charts.PINNED).forEach(name -> {
                if (!charts.containsKey(name)) {
                    files.remove(name);
                }
            });
            for (Map.Entry<String, Charts.Chart> chart : charts.entrySet()) {
                files.write(
                        chart.getKey(), out -> out.write(chart.getValue().svg().getBytes(StandardCharsets.UTF_8)));
            }
            files.write("report.html", out -> HtmlReport.write(report, charts, out));
            files.commit();
        } catch (IOException e) {
            throw new OutputException(directory, e);
        }
    }
}
