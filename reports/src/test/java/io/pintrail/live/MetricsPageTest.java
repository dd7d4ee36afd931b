// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.AnalysisOptions;
import io.pintrail.analysis.AnalysisResult;
import io.pintrail.analysis.Finding;
import io.pintrail.analysis.HostSummary;
import io.pintrail.stream.InstanceState;
import io.pintrail.trace.RecordingId;
import io.pintrail.trace.TraceFiles;
import io.pintrail.trace.TraceReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What /metrics gives, by a strict reading, and that what is written for it names nothing else. */
class MetricsPageTest {
    private static final InstanceState RUNNING =
            new InstanceState("RUNNING", OptionalDouble.of(0.1), OptionalDouble.of(1.5), Map.of(0, 0L, 7, 12L));
    private static final Pattern NAME = Pattern.compile("\\bpintrail_(?:watch|host|build)_[a-z_]*[a-z]\\b");
    private static final Path FOLDER = Path.of("../collectors/service");

    private final LiveMetrics local = new LiveMetrics();

    private static AnalysisResult analysed(String sample) throws IOException {
        Analysis analysis = new Analysis(AnalysisOptions.DEFAULT);
        Path trace = Path.of("../sample-traces", sample);
        try (InputStream in = TraceFiles.input(trace)) {
            new TraceReader(sample, in, damage -> {}).drive(analysis);
        }
        return analysis.finish();
    }

    private OpenMetricsText metrics() {
        return OpenMetricsText.read(MetricsPage.text(local, RUNNING, "1.0", false));
    }

    private HostSummary follow(String sample) throws IOException {
        HostSummary host = analysed(sample).hosts().get(0);
        local.now(id(host), host, 1_800_000_000_000L);
        return host;
    }

    private static RecordingId id(HostSummary host) {
        return new RecordingId(host.hostId(), host.bootId(), Long.parseUnsignedLong(host.recordingId(), 16));
    }

    @Test
    void findingsAreCountedByClassAndSeverityWithTheirLatency() throws IOException {
        AnalysisResult result = analysed("6.1/munmap-mmap.ptl");
        Finding finding = result.findings().get(0);
        String name = "pintrail_watch_findings_total{class=\"stale\",severity=\"critical\"}";
        assertThat(metrics().value(name)).as("there before the first one").isZero();
        local.found(result.hosts().get(0), finding);
        OpenMetricsText read = metrics();
        assertThat(read.value(name)).isEqualTo(1);
        assertThat(read.value("pintrail_watch_finding_latency_seconds_bucket{le=\"3600\"}"))
                .as("recorded long ago")
                .isZero();
        assertThat(read.value("pintrail_watch_finding_latency_seconds_bucket{le=\"+Inf\"}"))
                .isEqualTo(1);
        assertThat(read.value("pintrail_watch_finding_latency_seconds_sum")).isGreaterThan(3600);
    }

    @Test
    void bucketsAreCumulative() {
        LatencyHistogram histogram = new LatencyHistogram();
        for (double seconds : new double[] {-3, 0.05, 0.07, 2, 4000}) {
            histogram.add(seconds);
        }
        OpenMetrics out = new OpenMetrics(false);
        histogram.write(out, "x_seconds", "Help.");
        OpenMetricsText read = OpenMetricsText.read(out.end());
        assertThat(read.value("x_seconds_bucket{le=\"0.05\"}")).isEqualTo(2);
        assertThat(read.value("x_seconds_bucket{le=\"0.1\"}")).isEqualTo(3);
        assertThat(read.value("x_seconds_bucket{le=\"2.5\"}")).isEqualTo(4);
        assertThat(read.value("x_seconds_bucket{le=\"3600\"}")).isEqualTo(4);
        assertThat(read.value("x_seconds_count")).isEqualTo(5);
        assertThat(read.value("x_seconds_sum")).isEqualTo(4002.12);
    }

    @Test
    void hostsAreThereWhileTheyAreFollowedHere() throws IOException {
        HostSummary host = follow("6.1/munmap-mmap.ptl");
        follow("5.10/many.ptl");
        String of = "{host=\"lab-6.1\",host_id=\"" + host.hostId() + "\"}";
        OpenMetricsText read = metrics();
        assertThat(read.value("pintrail_host_regions" + of)).isEqualTo(host.liveRegions());
        assertThat(read.value("pintrail_host_lag_seconds" + of)).isPositive();
        assertThat(read.samples).containsKey("pintrail_host_pinned_bytes" + of.replace("6.1", "5.10"));
        assertThat(read.value("pintrail_watch_recordings")).isEqualTo(2);
        assertThat(read.value("pintrail_watch_lag_records{partition=\"7\"}")).isEqualTo(12);
        local.leaves(id(host));
        assertThat(metrics().samples).doesNotContainKey("pintrail_host_regions" + of);
    }

    @Test
    void aHostsNameCannotBreakTheText() {
        OpenMetrics out = new OpenMetrics(false);
        out.family("x", "gauge", "", "Help.");
        out.sample("x", 1, "host", "a\"} 7\nevil 1\n# EOF\n\\");
        OpenMetricsText read = OpenMetricsText.read(out.end());
        assertThat(read.samples).hasSize(1);
        assertThat(read.samples.keySet().iterator().next()).startsWith("x{host=\"a\\\"} 7\ufffdevil");
    }

    @Test
    void theOlderFormatNamesCountersWithTheirTotal() {
        String old = MetricsPage.text(local, RUNNING, "1.0", true);
        assertThat(old)
                .contains("# TYPE pintrail_watch_batches_total counter\n", "# TYPE pintrail_build_info gauge\n")
                .doesNotContain("# UNIT", "# EOF");
    }

    @Test
    void rulesDashboardAndDocsNameOnlyWhatIsThere() throws IOException {
        follow("6.1/munmap-mmap.ptl");
        OpenMetricsText read = metrics();
        for (Path file : List.of(
                FOLDER.resolve("prometheus-rules.yml"),
                FOLDER.resolve("grafana-dashboard.json"),
                Path.of("../docs/live.md"))) {
            List<String> named = NAME.matcher(Files.readString(file))
                    .results()
                    .map(found -> found.group())
                    .distinct()
                    .toList();
            assertThat(named).as(file.toString()).hasSizeGreaterThan(5).isSubsetOf(read.names);
        }
    }

    @Test
    void docsTellOfEveryMetric() throws IOException {
        String docs = Files.readString(Path.of("../docs/live.md"));
        assertThat(metrics().names)
                .filteredOn(name -> !name.matches(".*_(created|bucket|sum|count)"))
                .allSatisfy(name -> assertThat(docs).contains("`" + name));
    }

    @Test
    void theDashboardIsJsonWithAQueryInEveryPanel() throws IOException {
        JsonNode dashboard =
                Records.JSON.readTree(FOLDER.resolve("grafana-dashboard.json").toFile());
        List<String> queries = new ArrayList<>();
        for (JsonNode panel : dashboard.get("panels")) {
            assertThat(panel.get("targets")).as(panel.path("title").asText()).isNotEmpty();
            panel.get("targets")
                    .forEach(target -> queries.add(target.get("expr").asText()));
        }
        assertThat(queries)
                .hasSizeGreaterThan(5)
                .allSatisfy(query -> assertThat(query).contains("pintrail_"));
    }
}
