// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.AnalysisResult;
import io.pintrail.analysis.HostSummary;
import io.pintrail.analysis.RegionSummary;
import io.pintrail.analysis.whatif.WhatIfTotals;
import io.pintrail.trace.Damage;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What every output is made from.
 *
 * @param traces the files that were read, in order
 * @param generator name and version of this program
 * @param whatIf what other policies would have done, empty where the traces were not asked
 */
public record Report(List<TraceFile> traces, AnalysisResult result, String generator, Optional<WhatIfTotals> whatIf) {
    /** Marks may be 4 KiB long; this much of one tells it from others. */
    static final int MARK_LENGTH = 60;

    /**
     * One input.
     *
     * @param name as the user gave it
     * @param damage passages that had to be passed over
     */
    public record TraceFile(String name, List<Damage> damage) {}

    public Report(List<TraceFile> traces, AnalysisResult result, String generator) {
        this(traces, result, generator, Optional.empty());
    }

    HostSummary host(int index) {
        return result.hosts().get(index);
    }

    Map<String, RegionSummary> regionsById() {
        return result.regions().stream().collect(Collectors.toMap(RegionSummary::id, Function.identity()));
    }

    /** Seconds since the host's first event, the wall clock where the trace has one, and the mark before. */
    String when(int host, long timeNs) {
        HostSummary h = host(host);
        String offset = Units.offset(timeNs - h.firstEventNs());
        String clock = h.realtimeOffsetNs().isEmpty()
                ? ""
                : " (" + Units.wallClock(timeNs + h.realtimeOffsetNs().getAsLong()) + ")";
        String mark = h.marks().stream()
                .filter(m -> m.timeNs() <= timeNs)
                .max(Comparator.comparingLong(HostSummary.Mark::timeNs))
                .map(m -> ", after the mark " + Printable.of(m.text(), MARK_LENGTH))
                .orElse("");
        return offset + clock + mark;
    }
}
