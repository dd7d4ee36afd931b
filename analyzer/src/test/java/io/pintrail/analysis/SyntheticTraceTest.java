// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.trace.TraceVisitor;
import io.pintrail.trace.synthetic.SyntheticConfig;
import io.pintrail.trace.synthetic.SyntheticMemory;
import io.pintrail.trace.synthetic.SyntheticTrace;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntheticTraceTest {
    @ParameterizedTest
    @CsvSource({"1, 2, 3, 4, 700, true, 0.1", "2, 1, 2, 3, 5000, false, 0.01", "3, 1, 1, 1, 3000, true, 1"})
    void saysOfEveryPageWhatTheGeneratorMadeOfIt(
            long seed, int hosts, int processes, int regions, long pages, boolean scattered, double stale) {
        SyntheticTrace trace = new SyntheticTrace(
                new SyntheticConfig(seed, hosts, processes, regions, pages, scattered, stale, 300, true));
        Map<String, Long> wrong = new TreeMap<>();
        Map<String, Long> seen = new TreeMap<>();
        Analysis analysis = new Analysis(AnalysisOptions.EVENTS_ONLY, (host, pid, mark, time, state) -> {
            SyntheticMemory memory = trace.memory(host);
            long[] page = {0};
            state.forEachPage((p, lkey, va, pinned, mapped, verdict, reason) -> {
                long n = page[0]++;
                long expected = mark.equals("pinned") ? memory.pinned(n) : memory.mapped(n);
                seen.merge(mark, 1L, Long::sum);
                if (pinned != memory.pinned(n) || mapped != expected || verdict != verdict(pinned, expected)) {
                    wrong.merge(mark, 1L, Long::sum);
                }
            });
        });
        trace.drive(analysis);
        AnalysisResult result = analysis.finish();
        assertThat(wrong).isEmpty();
        assertThat(seen)
                .containsOnlyKeys("pinned", "stale", "worked")
                .containsValue(hosts * processes * regions * pages);
        assertThat(result.hosts()).hasSize(hosts);
        assertThat(result.regions()).hasSize(hosts * processes * regions);
        assertThat(result.findings()).isNotEmpty();
    }

    private static Verdict verdict(long pinned, long mapped) {
        if (mapped == TraceVisitor.NONE) {
            return Verdict.DETACHED;
        }
        return mapped == pinned ? Verdict.OK : Verdict.STALE;
    }

    @Test
    void findingsCoverExactlyTheLostPages() {
        SyntheticConfig config = new SyntheticConfig(7, 1, 2, 3, 400, true, 0.2, 0, false);
        SyntheticTrace trace = new SyntheticTrace(config);
        Analysis analysis = new Analysis(AnalysisOptions.DEFAULT);
        trace.drive(analysis);
        long lost = 0;
        for (long n = 0; n < 6 * 400; n++) {
            lost += trace.memory(0).fate(n) == SyntheticMemory.Fate.KEPT ? 0 : 1;
        }
        assertThat(analysis.finish().findings().stream()
                        .mapToLong(Finding::pages)
                        .sum())
                .isEqualTo(lost);
    }
}
