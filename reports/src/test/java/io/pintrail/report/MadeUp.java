// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.AnalysisResult;
import io.pintrail.analysis.Cause;
import io.pintrail.analysis.Counters;
import io.pintrail.analysis.Distribution;
import io.pintrail.analysis.Finding;
import io.pintrail.analysis.FindingClass;
import io.pintrail.analysis.FindingTotals;
import io.pintrail.analysis.Holder;
import io.pintrail.analysis.HostSummary;
import io.pintrail.analysis.Notice;
import io.pintrail.analysis.PageKind;
import io.pintrail.analysis.PageMap;
import io.pintrail.analysis.PinUse;
import io.pintrail.analysis.RegionSummary;
import io.pintrail.analysis.Severity;
import io.pintrail.analysis.UnknownReason;
import io.pintrail.analysis.Verdict;
import io.pintrail.trace.Damage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Results that no trace has to be found for: every verdict at once, names that attack, regions too large to draw. */
final class MadeUp {
    static final String HOSTILE = "</title><script>alert(1)</script>\"'&\u001b[31m\u202ex\u0000";
    private static final long START = 5_000_000_000L;
    private static final long MS = 1_000_000L;

    private MadeUp() {}

    /** One host with a region of each sort; {@code name} stands wherever a trace can put text. */
    static Report report(String name) {
        List<RegionSummary> regions = List.of(
                region(0, name, 16, run(0, 16, Verdict.STALE, Cause.COW)),
                region(
                        1,
                        name,
                        1 << 18,
                        run(0, 1000, Verdict.OK),
                        run(1000, 1, Verdict.ZERO, Cause.PIN),
                        run(1001, (1 << 18) - 1001, Verdict.OK)),
                region(
                        2,
                        name,
                        64,
                        run(0, 8, Verdict.OK),
                        run(8, 24, Verdict.DETACHED, Cause.UNMAP),
                        run(32, 32, Verdict.OK)),
                region(3, name, 200, run(0, 100, Verdict.UNKNOWN), run(100, 100, Verdict.OK)),
                region(4, name, 1, run(0, 1, Verdict.OK)),
                region(5, name, 300, run(0, 150, Verdict.ODP), run(150, 150, Verdict.SNAPSHOT)));
        List<Finding> findings = List.of(
                finding(
                        0,
                        FindingClass.STALE,
                        Cause.COW,
                        Severity.CRITICAL,
                        0,
                        16,
                        name,
                        new Finding.Use(3, 1, 65536, START + 30 * MS, START + 90 * MS, true)),
                finding(2, FindingClass.DETACHED, Cause.UNMAP, Severity.WARNING, 8, 24, name, Finding.Use.NONE),
                finding(
                        4,
                        FindingClass.ACCESS_MISMATCH,
                        Cause.REREGISTER,
                        Severity.WARNING,
                        0,
                        1,
                        name,
                        Finding.Use.NONE),
                finding(1, FindingClass.ZERO, Cause.PIN, Severity.INFO, 1000, 1, name, Finding.Use.NONE));
        List<Notice> notices =
                List.of(new Notice(Notice.Kind.LOSS, 0, START + 50 * MS, "12 events lost on CPU 1, " + name));
        return new Report(
                List.of(new Report.TraceFile(name + ".ptl", List.of(new Damage(name, 4096, 112, "checksum")))),
                result(List.of(host(0, name)), regions, findings, notices),
                "pintrail test");
    }

    /** Nothing wrong anywhere. */
    static Report healthy() {
        List<RegionSummary> regions = List.of(region(0, "app", 64, run(0, 64, Verdict.OK)));
        return new Report(
                List.of(new Report.TraceFile("healthy.ptl", List.of())),
                result(List.of(host(0, "node1")), regions, List.of(), List.of()),
                "pintrail test");
    }

    /** Many regions, all with findings, more than a page can draw. */
    static Report crowded(int count) {
        List<RegionSummary> regions = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            regions.add(region(i, "app", 512, run(0, 512, Verdict.STALE, Cause.UNMAP)));
            findings.add(
                    finding(i, FindingClass.STALE, Cause.UNMAP, Severity.WARNING, 0, 512, "app", Finding.Use.NONE));
        }
        return new Report(
                List.of(new Report.TraceFile("crowded.ptl", List.of())),
                result(List.of(host(0, "node1")), regions, findings, List.of()),
                "pintrail test");
    }

    static AnalysisResult result(
            List<HostSummary> hosts, List<RegionSummary> regions, List<Finding> findings, List<Notice> notices) {
        long pages = regions.stream().mapToLong(RegionSummary::pages).sum();
        Counters counters =
                new Counters(123_456, 12, 0, regions.size(), 0, 0, 0, regions.size(), pages, pages * 4096, 9, 4, 0, 0);
        Distribution latency = new Distribution(regions.size(), 2e6, MS, 2 * MS, 3 * MS, 4 * MS, 4 * MS);
        FindingTotals totals = new FindingTotals(
                findings.size(),
                findings.stream().map(Finding::region).distinct().count(),
                findings.stream()
                        .filter(f -> f.usedAfter().used())
                        .map(Finding::region)
                        .distinct()
                        .count(),
                findings.stream().map(Finding::type).collect(Collectors.toSet()));
        return new AnalysisResult(
                hosts, regions, 0, findings, totals, notices, counters, latency, latency, pins(hosts));
    }

    private static List<PinUse> pins(List<HostSummary> hosts) {
        return hosts.isEmpty() ? List.of() : List.of(new PinUse(0, "direct I/O", Verdict.SNAPSHOT, 12, 96, 3, 1));
    }

    static HostSummary host(int index, String name) {
        List<HostSummary.PinnedBytes> pinned = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            pinned.add(new HostSummary.PinnedBytes(START + i * 2 * MS, (long) i * i * 1_000_000));
        }
        return new HostSummary(
                index,
                "00".repeat(16),
                "11".repeat(16),
                "22".repeat(8),
                name,
                "6.1.0-53-amd64",
                "x86_64",
                "ebpf",
                "pinned",
                "0.1.0",
                START,
                START + 100 * MS,
                OptionalLong.of(1_790_000_000_000_000_000L),
                123_456,
                7,
                12,
                0,
                true,
                List.of(
                        new HostSummary.Probe("pin", "pin_user_pages_fast", 1, ""),
                        new HostSummary.Probe("map", name, 0, name)),
                List.of(
                        new HostSummary.Mark(START + 10 * MS, 100, "before"),
                        new HostSummary.Mark(START + 40 * MS, 100, name)),
                5,
                300,
                0,
                pinned);
    }

    static PageMap.Run run(long page, long pages, Verdict verdict) {
        return run(page, pages, verdict, Cause.NONE);
    }

    static PageMap.Run run(long page, long pages, Verdict verdict, Cause cause) {
        return new PageMap.Run(page, pages, verdict, verdict, cause, 0x1000 + page);
    }

    static RegionSummary region(int number, String name, long pages, PageMap.Run... runs) {
        Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
        for (PageMap.Run run : runs) {
            verdicts.merge(run.worst(), run.pages(), Long::sum);
        }
        long unit = (number % 7 + 1) * MS / 4;
        return new RegionSummary(
                "h0r" + number,
                0,
                100 + number,
                100 + number,
                name,
                "rxe0" + name,
                Holder.RDMA,
                true,
                0x1a00 + number,
                0x1b00 + number,
                0x7f12_0000_0000L + number * 0x4000_0000L,
                pages * 4096,
                0x7f12_0000_0000L,
                5,
                0,
                OptionalLong.of(START + number * MS),
                number % 2 == 0 ? OptionalLong.empty() : OptionalLong.of(START + 80 * MS),
                START + number * MS,
                RegionSummary.Origin.REGISTERED,
                pages,
                verdicts,
                verdicts,
                UnknownReason.NONE,
                new RegionSummary.Provenance(0, pages, pages, 0, 0, 0, 0, 0, Map.of(PageKind.ANON, pages)),
                new RegionSummary.RegistrationCost(4 * unit, 2 * unit, unit, unit, pages, 1, 1),
                new RegionSummary.Contiguity(3, pages, 0),
                0,
                0,
                new PageMap(List.of(runs), true),
                new RegionSummary.DeviceUse(
                        3,
                        1,
                        49152,
                        16384,
                        START + 30 * MS,
                        START + 90 * MS,
                        List.of(
                                new RegionSummary.DeviceUse.Moment(START + 30 * MS, 2),
                                new RegionSummary.DeviceUse.Moment(START + 90 * MS, 2))));
    }

    static Finding finding(
            int region,
            FindingClass type,
            Cause cause,
            Severity severity,
            long page,
            long pages,
            String name,
            Finding.Use use) {
        long va = 0x7f12_0000_0000L + region * 0x4000_0000L + page * 4096;
        return new Finding(
                "h0f" + region,
                type,
                cause,
                severity,
                0,
                "h0r" + region,
                va,
                pages,
                List.of(new Finding.VaRun(va, pages)),
                1,
                List.of(new Finding.PfnRun(0x12345, pages, type == FindingClass.ZERO)),
                START + 25 * MS,
                OptionalLong.empty(),
                new Finding.Culprit(
                        100 + region,
                        101 + region,
                        name,
                        "madvise(0x7f1200000000, 8192, MADV_DONTNEED) " + name,
                        List.of("libc.so.6 madvise+0xb", "lib" + name + ".so evict+0x41", "app+0x1234", "0x7f00"),
                        List.of("kernel zap_page_range_single+0x9c", "kernel do_madvise+0x" + name)),
                cause == Cause.COW
                        ? new Finding.Culprit(100, 100, name, "mprotect(0x7f1200000000)", List.of(name), List.of())
                        : null,
                use,
                "The process changed these pages after the region had pinned them. " + name,
                "Deregister before the memory is given back. " + name);
    }
}
