// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.HostSummary;
import io.pintrail.analysis.RegionSummary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The charts of a report, each as SVG text by its file name; those without data are left out. */
final class Charts {
    /** @param caption what to see in the chart */
    record Chart(String svg, String caption) {}

    static final String LATENCY = "chart-latency.svg";
    static final String PER_PAGE = "chart-per-page.svg";
    static final String PINNED = "chart-pinned.svg";

    private Charts() {}

    /**
     * Draws all charts.
     *
     * @return empty where this machine's Java cannot draw text (no fonts installed)
     */
    static Map<String, Chart> draw(Report report) throws IOException {
        try {
            return drawAll(report);
        } catch (Error | RuntimeException e) {
            if (fontsMissing(e)) {
                return Map.of();
            }
            throw e;
        }
    }

    /**
     * AWT without libfreetype, without fontconfig, or without any font; each of them has a way of its own to say so.
     */
    private static boolean fontsMissing(Throwable e) {
        String message = String.valueOf(e.getMessage());
        return e instanceof LinkageError
                || e instanceof InternalError
                || message.contains("Fontconfig")
                || message.contains("No physical fonts");
    }

    private static Map<String, Chart> drawAll(Report report) throws IOException {
        Map<String, Chart> charts = new LinkedHashMap<>();
        List<RegionSummary> registered = report.result().regions().stream()
                .filter(r -> r.error() == 0 && r.cost().totalNs() > 0)
                .sorted(Comparator.comparingLong((RegionSummary r) -> -r.cost().totalNs()))
                .toList();
        if (!registered.isEmpty()) {
            charts.put(LATENCY, latency(report, registered));
        }
        if (registered.stream().mapToLong(RegionSummary::pages).distinct().count() > 2) {
            charts.put(PER_PAGE, perPage(registered));
        }
        List<PinnedChart.Line> lines = new ArrayList<>();
        for (HostSummary host : report.result().hosts()) {
            if (host.pinnedBytes().size() > 1) {
                lines.add(line(host));
            }
        }
        if (!lines.isEmpty()) {
            charts.put(PINNED, new Chart(PinnedChart.svg(lines), "Memory pinned by registered regions over time."));
        }
        return charts;
    }

    private static Chart latency(Report report, List<RegionSummary> slowestFirst) throws IOException {
        boolean oneHost = report.result().hosts().size() == 1;
        List<LatencyChart.Bar> bars = new ArrayList<>();
        for (RegionSummary r : slowestFirst.subList(0, Math.min(LatencyChart.BARS, slowestFirst.size()))) {
            String host = oneHost ? "" : report.host(r.host()).name() + " ";
            String label = Printable.of(r.id() + " " + host + r.comm() + ", " + Units.pages(r.pages()));
            bars.add(new LatencyChart.Bar(
                    label, r.cost().faultNs(), r.cost().pinNs(), r.cost().otherNs()));
        }
        String caption = slowestFirst.size() > bars.size()
                ? "The " + bars.size() + " slowest of " + Units.plural(slowestFirst.size(), "registration")
                : "Time of each registration, slowest first";
        return new Chart(LatencyChart.svg(bars), caption + ", by where the kernel spent it.");
    }

    private static Chart perPage(List<RegionSummary> registered) throws IOException {
        List<PerPageChart.Dot> dots = new ArrayList<>();
        for (RegionSummary r : registered) {
            dots.add(new PerPageChart.Dot(Math.max(1, r.pages()), r.cost().totalNs()));
        }
        return new Chart(
                PerPageChart.svg(dots),
                "Registration time per page against the size of the region; each dot is a registration.");
    }

    private static PinnedChart.Line line(HostSummary host) {
        List<HostSummary.PinnedBytes> steps = host.pinnedBytes();
        long[] ns = new long[steps.size() + 1];
        long[] bytes = new long[steps.size() + 1];
        for (int i = 0; i < steps.size(); i++) {
            ns[i] = steps.get(i).timeNs() - host.firstEventNs();
            bytes[i] = steps.get(i).bytes();
        }
        ns[steps.size()] = host.lastEventNs() - host.firstEventNs();
        bytes[steps.size()] = bytes[steps.size() - 1];
        return new PinnedChart.Line(Printable.of(host.name()), ns, bytes);
    }
}
