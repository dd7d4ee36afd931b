// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.AnalysisResult;
import io.pintrail.analysis.Cause;
import io.pintrail.analysis.Finding;
import io.pintrail.analysis.FindingClass;
import io.pintrail.analysis.RegionSummary;
import io.pintrail.analysis.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The findings as cards, worst first. */
final class HtmlFindings {
    private static final int CARDS = 100;
    private static final Template CARD = Template.load("finding.html");

    private HtmlFindings() {}

    static Markup html(Report report) {
        AnalysisResult result = report.result();
        if (result.findings().isEmpty()) {
            return new Markup("<p>None. " + Markup.escape(Headline.sentence(result)) + "</p>\n");
        }
        Map<String, RegionSummary> regions = report.regionsById();
        StringBuilder out = new StringBuilder();
        for (Finding finding :
                result.findings().subList(0, Math.min(CARDS, result.findings().size()))) {
            out.append(card(report, finding, regions.get(finding.region())).html());
        }
        long all = result.findingTotals().findings();
        String where = all == result.findings().size()
                ? "all are"
                : "the first " + Units.count(result.findings().size()) + " are";
        out.append(WorstFirst.omitted(all, CARDS, "finding", where + " in findings.csv and findings.json"));
        return new Markup(out.toString());
    }

    private static Markup card(Report report, Finding finding, RegionSummary region) {
        return CARD.fill(Map.of(
                "id", finding.id(),
                "severity", label(finding.severity()),
                "severity-css", label(finding.severity()),
                "title", title(finding),
                "summary", new Markup(summary(finding, region)),
                "facts", facts(report, finding, region),
                "explanation", finding.explanation(),
                "remedy", finding.remedy()));
    }

    static String label(Severity severity) {
        return severity.name().toLowerCase(Locale.ROOT);
    }

    static String title(Finding finding) {
        return finding.type().label()
                + (finding.cause() == Cause.NONE ? "" : ": " + finding.cause().label());
    }

    private static String summary(Finding finding, RegionSummary region) {
        String used = finding.usedAfter().used()
                ? " <span class=\"used\">" + Markup.escape(use(finding)) + "</span>"
                : (" " + unused(finding, region)).stripTrailing();
        String of = finding.pages() == region.pages() && finding.pages() > 1 ? "All " : "";
        return of + Units.pages(finding.pages()) + " (" + Units.bytes(finding.pages() * 4096) + ") of region "
                + Markup.escape(finding.region()) + "." + used;
    }

    /** What is known where no use is; nothing for pages that still map what they pinned, whose uses are not counted. */
    static String unused(Finding finding, RegionSummary region) {
        if (finding.type() == FindingClass.ZERO) {
            return "";
        }
        if (!region.usesSeen()) {
            return "Its use is not recorded.";
        }
        return finding.usedAfter().complete()
                ? "Not used by the device since."
                : "Whether the device has used " + (finding.pages() == 1 ? "it" : "them") + " since cannot be told.";
    }

    /** What the device did, in words. */
    static String use(Finding finding) {
        Finding.Use use = finding.usedAfter();
        String least = use.complete() ? "" : "at least ";
        String read = use.reads() == 0 ? "" : "read " + least + times(use.reads());
        String wrote = use.writes() == 0 ? "" : "wrote " + least + times(use.writes());
        return "The device " + read + (read.isEmpty() || wrote.isEmpty() ? "" : " and ") + wrote + ", "
                + Units.bytes(use.bytes()) + ", after that.";
    }

    private static String times(long count) {
        return count == 1 ? "once" : Units.count(count) + " times";
    }

    private static Facts base(Report report, Finding f) {
        Facts facts = new Facts()
                .code("Call", f.by().call())
                .add("Who", who(f.by()))
                .add(f.type() == FindingClass.ZERO ? "Pinned" : "Since", report.when(f.host(), f.at()));
        stack(facts, "Stack", f.by());
        if (f.protectedBy() != null) {
            facts.add("Write-protected by", who(f.protectedBy()))
                    .code("In the call", f.protectedBy().call());
            stack(facts, "Its stack", f.protectedBy());
        }
        if (f.healedAt().isPresent()) {
            facts.add("Until", report.when(f.host(), f.healedAt().getAsLong()));
        }
        return facts;
    }

    private static Markup facts(Report report, Finding f, RegionSummary region) {
        Facts facts = base(report, f);
        if (f.usedAfter().used()) {
            facts.add(
                    "Used by device",
                    "first "
                            + Units.offset(f.usedAfter().firstNs()
                                    - report.host(f.host()).firstEventNs()) + ", last "
                            + Units.offset(f.usedAfter().lastNs()
                                    - report.host(f.host()).firstEventNs()) + ", "
                            + Units.plural(f.usedAfter().reads(), "read") + ", "
                            + Units.plural(f.usedAfter().writes(), "write") + ", "
                            + Units.bytes(f.usedAfter().bytes())
                            + (f.usedAfter().complete()
                                    ? ""
                                    : "; perhaps more, for not all accesses are in the trace"));
        }
        facts.add(
                "Region",
                new Markup(Markup.escape(region.id() + ", " + region.comm() + " " + region.pid() + ", ")
                        + "<code>lkey " + Integer.toHexString(region.lkey()) + "</code>"
                        + Markup.escape(", " + region.device() + " on "
                                + report.host(f.host()).name())));
        facts.code("Addresses", addresses(f)).code("Pinned frames", frames(f.pinnedPfns()));
        return facts.html();
    }

    private static void stack(Facts facts, String name, Finding.Culprit by) {
        Markup stack = StackText.folded(by);
        if (!stack.html().isEmpty()) {
            facts.add(name, stack);
        }
    }

    static String who(Finding.Culprit by) {
        if (by.pid() == 0 && by.comm().isEmpty()) {
            return "";
        }
        String thread = by.tid() == by.pid() || by.tid() == 0 ? "" : ", thread " + by.tid();
        return (by.comm().isEmpty() ? "process" : by.comm()) + " " + by.pid() + thread;
    }

    static String addresses(Finding f) {
        Finding.VaRun last = f.runs().get(f.runs().size() - 1);
        String range = Units.hex(f.va()) + " – " + Units.hex(last.va() + last.pages() * 4096 - 1);
        return f.runCount() == 1 ? range : range + ", in " + Units.plural(f.runCount(), "run");
    }

    private static String frames(List<Finding.PfnRun> runs) {
        StringBuilder text = new StringBuilder();
        for (Finding.PfnRun run : runs.subList(0, Math.min(8, runs.size()))) {
            text.append(text.isEmpty() ? "" : ", ").append(Long.toHexString(run.pfn()));
            if (run.pages() > 1) {
                text.append(run.same() ? " × " + run.pages() : " – " + Long.toHexString(run.pfn() + run.pages() - 1));
            }
        }
        return text + (runs.size() > 8 ? ", …" : "");
    }
}
