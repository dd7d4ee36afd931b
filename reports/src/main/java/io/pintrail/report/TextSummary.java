// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.AnalysisResult;
import io.pintrail.analysis.Finding;
import io.pintrail.analysis.Holder;
import io.pintrail.analysis.HostSummary;
import io.pintrail.analysis.Notice;
import io.pintrail.analysis.PinUse;
import io.pintrail.analysis.RegionSummary;
import io.pintrail.analysis.RegionSummary.Origin;
import io.pintrail.analysis.Severity;
import io.pintrail.analysis.Verdict;
import io.pintrail.trace.Damage;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The analysis on a terminal, for someone woken at night: the verdict, what was recorded, the worst findings. */
public final class TextSummary {
    private static final int FINDINGS = 10;
    private static final int NOTICES = 6;
    private static final int WIDTH = 100;

    private final Report report;
    private final boolean colours;
    private final Appendable out;

    private TextSummary(Report report, boolean colours, Appendable out) {
        this.report = report;
        this.colours = colours;
        this.out = out;
    }

    /** @param colours whether the reader understands ANSI escapes */
    public static void write(Report report, boolean colours, Appendable out) throws IOException {
        new TextSummary(report, colours, out).all();
    }

    private void all() throws IOException {
        AnalysisResult result = report.result();
        line("1", Headline.sentence(result), "");
        line("");
        for (HostSummary host : result.hosts()) {
            host(host);
        }
        counts();
        notices();
        Map<String, RegionSummary> regions = report.regionsById();
        List<Finding> findings = result.findings();
        for (Finding finding : findings.subList(0, Math.min(FINDINGS, findings.size()))) {
            finding(finding, regions.get(finding.region()));
        }
        long all = result.findingTotals().findings();
        if (all > FINDINGS) {
            String where = all == findings.size() ? "them all" : "the first " + Units.count(findings.size());
            line("");
            line("… and " + Units.plural(all - FINDINGS, "finding") + " more; --out DIR writes " + where + ".");
        }
    }

    private void host(HostSummary h) throws IOException {
        String system = (h.kernel() + " " + h.machine()).strip();
        line("Host      " + h.name() + (system.isEmpty() ? "" : ", Linux " + system)
                + (h.backend().isEmpty() ? "" : ", recorded by " + h.backend() + ", scope " + h.scope()));
        line("Recorded  " + Units.duration(h.lastEventNs() - h.firstEventNs()) + ", "
                + Units.plural(h.events(), "event") + ", "
                + (h.lostEvents() == 0 ? "none" : Units.count(h.lostEvents()))
                + " lost" + (h.gaps() == 0 ? "" : ", " + Units.plural(h.gaps(), "gap"))
                + (h.complete() ? "" : ", the end is missing"));
    }

    private void counts() throws IOException {
        AnalysisResult result = report.result();
        long pages = Headline.pages(result);
        long failed = result.counters().failedRegistrations();
        line("Regions   " + Units.count(Headline.regionCount(result)) + " with " + Units.pages(pages) + " ("
                + Units.bytes(pages * 4096) + "), at most "
                + Units.bytes(result.counters().peakPinnedBytes()) + " pinned at a time"
                + (failed == 0 ? "" : "; " + Units.plural(failed, "registration") + " failed"));
        StringBuilder verdicts = new StringBuilder();
        for (Verdict verdict : VerdictStyle.WORST_FIRST) {
            long count = Headline.pages(result, verdict);
            if (count > 0) {
                verdicts.append(verdicts.isEmpty() ? "" : ", ")
                        .append(Units.count(count))
                        .append(' ')
                        .append(verdict);
            }
        }
        line("Pages     " + (verdicts.isEmpty() ? "none" : verdicts));
        older();
        pins();
    }

    /** Regions whose registration the trace does not hold. */
    private void older() throws IOException {
        long listed = origin(Origin.LISTED);
        long found = origin(Origin.FOUND) + listed;
        if (found > 0) {
            line("Earlier   " + Units.plural(found, "region") + " registered before the recording began"
                    + (listed == 0 ? "" : ", " + Units.count(listed) + " of them without known address"));
        }
        if (origin(Origin.LOST) > 0) {
            line("Lost      what began " + Units.plural(origin(Origin.LOST), "region"));
        }
    }

    private long origin(Origin origin) {
        return report.result().regions().stream()
                .filter(r -> r.origin() == origin)
                .count();
    }

    /** One line for all hosts: a moment's pins are no findings. */
    private void pins() throws IOException {
        Map<String, PinUse> byCaller = new LinkedHashMap<>();
        for (PinUse use : report.result().pins()) {
            byCaller.merge(use.caller(), use, TextSummary::sum);
        }
        StringBuilder text = new StringBuilder();
        for (PinUse use : byCaller.values()) {
            text.append(text.isEmpty() ? "" : "; ")
                    .append(use.caller())
                    .append(' ')
                    .append(Units.plural(use.calls(), "call"))
                    .append(", ")
                    .append(Units.pages(use.pages()));
            text.append(use.zeroPages() == 0 ? "" : " (" + Units.count(use.zeroPages()) + " the zero page)");
        }
        if (!text.isEmpty()) {
            wrapped("Pins      ", "          ", "outside of regions: " + text);
        }
    }

    private static PinUse sum(PinUse a, PinUse b) {
        return new PinUse(
                a.host(),
                a.caller(),
                a.verdict(),
                a.calls() + b.calls(),
                a.pages() + b.pages(),
                a.zeroPages() + b.zeroPages(),
                a.failed() + b.failed());
    }

    private void notices() throws IOException {
        List<Notice> notices = report.result().notices();
        for (Notice notice : notices.subList(0, Math.min(NOTICES, notices.size()))) {
            String host = report.result().hosts().size() == 1
                    ? ""
                    : report.host(notice.host()).name() + ": ";
            wrapped(paint("33", "Notice") + "    ", "          ", host + notice.text());
        }
        if (notices.size() > NOTICES) {
            line("          … and " + Units.plural(notices.size() - NOTICES, "notice") + " more");
        }
        for (Report.TraceFile trace : report.traces()) {
            for (Damage damage : trace.damage().stream().limit(NOTICES).toList()) {
                wrapped(paint("33", "Damage") + "    ", "          ", damage.toString());
            }
        }
    }

    private static String holder(RegionSummary region) {
        return region.holder() == Holder.RDMA
                ? "lkey " + Integer.toHexString(region.lkey()) + ", " + region.device()
                : region.holder().label() + (region.holder() == Holder.OTHER ? " of " + region.device() : "");
    }

    private void finding(Finding f, RegionSummary region) throws IOException {
        line("");
        String colour = f.severity() == Severity.CRITICAL ? "1;31" : f.severity() == Severity.WARNING ? "1;33" : "1";
        String what = f.severity() + "  " + f.type() + " by " + f.cause();
        line(colour, what, "  " + Units.pages(f.pages()) + " of region " + f.region() + "  [" + f.id() + "]");
        fact(
                "region",
                region.comm() + " " + region.pid() + ", " + holder(region) + " on "
                        + report.host(f.host()).name() + ", " + Units.bytes(region.length())
                        + " at "
                        + Units.hex(region.va()));
        fact("pages", HtmlFindings.addresses(f).replace('–', '-'));
        fact("call", f.by().call());
        fact("who", HtmlFindings.who(f.by()));
        fact("stack", StackText.shortened(f.by()));
        if (f.protectedBy() != null) {
            fact("after", f.protectedBy().call());
            fact("", StackText.shortened(f.protectedBy()));
        }
        fact("since", report.when(f.host(), f.at()));
        if (f.healedAt().isPresent()) {
            fact("until", report.when(f.host(), f.healedAt().getAsLong()));
        }
        fact("device", f.usedAfter().used() ? HtmlFindings.use(f) : HtmlFindings.unused(f, region));
        fact("why", f.explanation());
        fact("remedy", f.remedy());
    }

    private void fact(String name, String value) throws IOException {
        if (!value.isEmpty()) {
            wrapped("  " + name + " ".repeat(8 - name.length()), "          ", value);
        }
    }

    /** Breaks at spaces; a word longer than a line stays whole, so that an address can be copied. */
    private void wrapped(String first, String next, String text) throws IOException {
        StringBuilder row = new StringBuilder();
        String indent = first;
        for (String word : Printable.of(text).split(" ")) {
            if (!row.isEmpty() && next.length() + row.length() + 1 + word.length() > WIDTH) {
                out.append(indent).append(row).append('\n');
                indent = next;
                row.setLength(0);
            }
            row.append(row.isEmpty() ? "" : " ").append(word);
        }
        out.append(indent).append(row).append('\n');
    }

    private void line(String text) throws IOException {
        out.append(Printable.of(text)).append('\n');
    }

    private void line(String code, String painted, String text) throws IOException {
        out.append(paint(code, Printable.of(painted)))
                .append(Printable.of(text))
                .append('\n');
    }

    private String paint(String code, String text) {
        return colours ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}
