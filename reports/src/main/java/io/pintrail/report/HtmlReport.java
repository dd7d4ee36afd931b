// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.AnalysisResult;
import io.pintrail.analysis.Finding;
import io.pintrail.analysis.HostSummary;
import io.pintrail.analysis.RegionSummary;
import io.pintrail.analysis.Verdict;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** report.html: one page that needs nothing else, neither network nor scripts. */
final class HtmlReport {
    private HtmlReport() {}

    static void write(Report report, Map<String, Charts.Chart> charts, OutputStream out) throws IOException {
        AnalysisResult result = report.result();
        List<RegionSummary> worstFirst = WorstFirst.regions(result);
        Map<String, Object> marks = new HashMap<>();
        marks.put("generator", report.generator());
        marks.put("title", "Pintrail: " + hosts(result));
        marks.put("css", new Markup(Template.resource("report.css")));
        marks.put("patterns", new Markup(Template.resource("patterns.svg")));
        marks.put("eyebrow", "Pintrail report · " + eyebrow(result));
        marks.put("headline", Headline.sentence(result));
        marks.put("lead", lead(report));
        marks.put("figures", figures(result));
        marks.put("findings", HtmlFindings.html(report));
        marks.put("regions", HtmlRegions.html(report, worstFirst));
        marks.put("maps", HtmlMaps.html(report, worstFirst));
        marks.put("timeline", HtmlTimeline.html(report, worstFirst));
        marks.put("charts", HtmlCost.html(result, charts));
        marks.put("whatif", HtmlWhatIf.html(report));
        marks.put("pins", HtmlPins.html(report));
        marks.put("hosts", HtmlHosts.html(report));
        marks.put(
                "footer",
                "Made by " + report.generator() + " from "
                        + report.traces().stream().map(Report.TraceFile::name).collect(Collectors.joining(", "))
                        + ". Times are seconds since the first event of a host's recording.");
        Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        Template.load("report.html").fill(marks, writer);
        writer.flush();
    }

    private static String hosts(AnalysisResult result) {
        return result.hosts().stream().map(HostSummary::name).limit(4).collect(Collectors.joining(", "))
                + (result.hosts().size() > 4 ? ", …" : "");
    }

    private static String eyebrow(AnalysisResult result) {
        if (result.hosts().size() != 1) {
            return Units.plural(result.hosts().size(), "host");
        }
        HostSummary host = result.hosts().get(0);
        return Printable.of(host.name(), 80) + (host.kernel().isEmpty() ? "" : " · Linux " + host.kernel());
    }

    private static String lead(Report report) {
        AnalysisResult result = report.result();
        String base = Headline.basis(result) + ".";
        return result.notices().isEmpty()
                        && report.traces().stream().allMatch(t -> t.damage().isEmpty())
                ? base + " Nothing is missing from the recording."
                : base + " The recording is not complete: see Recording below.";
    }

    private static Markup figures(AnalysisResult result) {
        long used = result.findings().stream()
                .filter(f -> f.usedAfter().used())
                .mapToLong(Finding::pages)
                .sum();
        StringBuilder out = new StringBuilder();
        figure(
                out,
                "Findings",
                Units.count(result.findings().size()),
                !result.findings().isEmpty());
        for (Verdict verdict : List.of(Verdict.STALE, Verdict.DETACHED, Verdict.ZERO)) {
            long pages = Headline.pages(result, verdict);
            String name = verdict.name().charAt(0) + verdict.name().substring(1).toLowerCase(Locale.ROOT);
            figure(out, name + " pages", Units.count(pages), pages > 0);
        }
        figure(out, "Used by the device", Units.count(used) + " <small>pages</small>", used > 0);
        figure(
                out,
                "Not judged",
                Units.count(Headline.pages(result, Verdict.UNKNOWN)) + " <small>pages</small>",
                false);
        return new Markup(out.toString());
    }

    private static void figure(StringBuilder out, String name, String html, boolean bad) {
        out.append("<div")
                .append(bad ? " class=\"bad\"" : "")
                .append("><dt>")
                .append(name)
                .append("</dt><dd>");
        out.append(html).append("</dd></div>\n");
    }
}
