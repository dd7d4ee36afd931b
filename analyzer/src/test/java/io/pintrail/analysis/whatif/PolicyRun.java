// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.whatif;

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.AnalysisOptions;
import io.pintrail.analysis.Verdict;
import io.pintrail.trace.TraceFiles;
import io.pintrail.trace.TraceVisitor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A run of the scenario page-states under a policy: its registrations in order, and which pages the stores made stale.
 */
final class PolicyRun {
    record Case(Registration registration, UmemMemory memory) {}

    final String name;
    final List<Case> cases = new ArrayList<>();
    private final Set<Long> stale = new HashSet<>();

    PolicyRun(Path trace) throws IOException {
        name = trace.getParent().getFileName() + "/" + trace.getFileName();
        drive(trace, new WhatIf((registration, memory) -> cases.add(new Case(registration, memory))));
        Analysis analysis = new Analysis(AnalysisOptions.EVENTS_ONLY, (host, pid, mark, time, state) -> {
            if (mark.equals("stored")) {
                state.forEachPage((owner, lkey, va, pinned, mapped, verdict, reason) -> {
                    if (verdict == Verdict.STALE) {
                        stale.add(va >>> 12);
                    }
                });
            }
        });
        drive(trace, analysis);
        analysis.finish();
    }

    static void drive(Path trace, TraceVisitor visitor) throws IOException {
        try (InputStream in = Files.newInputStream(trace)) {
            TraceFiles.open(trace.toString(), in, damage -> {}).drive(visitor);
        }
    }

    boolean staleAfterStores(long page) {
        return stale.contains(page);
    }
}
