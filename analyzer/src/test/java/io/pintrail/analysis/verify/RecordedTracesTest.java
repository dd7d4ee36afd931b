// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pintrail.analysis.Analysis;
import io.pintrail.analysis.AnalysisOptions;
import io.pintrail.analysis.AnalysisResult;
import io.pintrail.analysis.Cause;
import io.pintrail.analysis.Finding;
import io.pintrail.analysis.FindingClass;
import io.pintrail.analysis.MarkListener;
import io.pintrail.analysis.Notice;
import io.pintrail.analysis.Severity;
import io.pintrail.trace.TimeOrder;
import io.pintrail.trace.TraceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real kernels: the committed sample traces, and what the lab has recorded last. */
class RecordedTracesTest {
    private static final Path SAMPLES = Path.of("..", "sample-traces");
    private static final Path LAB = Path.of("..", "collectors", "target", "lab");

    /** Scenarios in which nothing goes wrong on any kernel. */
    private static final Set<String> HEALTHY = Set.of(
            "healthy",
            "fork-parent-writes",
            "fork-child-writes",
            "ro-untouched",
            "ro-read-touched",
            "private-file",
            "pageout",
            "rereg-access");

    /** The only cause that each of these may have. */
    private static final Map<String, Cause> CAUSE = Map.of(
            "dontneed-part", Cause.UNMAP,
            "many", Cause.UNMAP,
            "overlap-unaligned", Cause.UNMAP,
            "munmap-mmap", Cause.UNMAP,
            "thp-dontneed", Cause.UNMAP,
            "hugetlb", Cause.UNMAP,
            "mremap", Cause.MOVE,
            "memfd-punch", Cause.FILE,
            "memfd-truncate", Cause.FILE);

    /** A trace with its truth. */
    record Recorded(String kernel, String name, Path trace) {
        Path beside(String suffix) {
            return trace.resolveSibling(name + suffix);
        }

        @Override
        public String toString() {
            return trace.getName(1) + " " + trace.getParent().getFileName() + " " + name;
        }
    }

    private static List<Path> kernels(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isDirectory)
                    .filter(d -> d.getFileName().toString().matches("\\d+\\.\\d+(-ftrace)?"))
                    .sorted()
                    .toList();
        }
    }

    static List<Recorded> recorded() throws IOException {
        List<Recorded> found = new ArrayList<>();
        for (Path directory : List.of(SAMPLES, LAB)) {
            for (Path kernel : kernels(directory)) {
                try (Stream<Path> files = Files.list(kernel)) {
                    files.filter(f -> f.toString().endsWith(".ptl")).sorted().forEach(f -> {
                        String name = f.getFileName().toString().replace(".ptl", "");
                        Recorded each =
                                new Recorded(kernel.getFileName().toString().replace("-ftrace", ""), name, f);
                        if (Files.exists(each.beside(".truth.csv"))) {
                            found.add(each);
                        }
                    });
                }
            }
        }
        return found;
    }

    static AnalysisResult analyse(Recorded recorded, AnalysisOptions options, MarkListener listener)
            throws IOException {
        Analysis analysis = new Analysis(options, listener);
        TimeOrder.of(TraceFiles.open(recorded.trace(), damage -> {
                    throw new AssertionError(damage);
                }))
                .drive(analysis);
        return analysis.finish();
    }

    @Test
    void everyKernelWithSamplesHasTraces() throws IOException {
        assumeTrue(!kernels(SAMPLES).isEmpty(), "no sample traces yet");
        for (Path kernel : kernels(SAMPLES)) {
            assertThat(recorded()).anyMatch(r -> r.trace().startsWith(kernel));
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("recorded")
    void agreesWithPagemapOnEveryPageAtEveryMark(Recorded recorded) throws IOException {
        Verifier verifier = new Verifier(TruthTable.read(recorded.beside(".truth.csv")));
        AnalysisResult analysis = analyse(recorded, AnalysisOptions.EVENTS_ONLY, verifier);
        VerifyResult result = verifier.result(analysis);
        // Accesses that a recorder missed say nothing of pages.
        assertThat(analysis.notices()).allMatch(notice -> notice.kind() == Notice.Kind.ACCESSES_LOST);
        assertThat(result.first()).isEmpty();
        assertThat(result.agrees()).isTrue();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("recorded")
    void snapshotsConfirmTheRebuiltState(Recorded recorded) throws IOException {
        AnalysisResult result = analyse(recorded, AnalysisOptions.DEFAULT, null);
        assertThat(result.hosts()).allMatch(host -> host.snapshotDifferences() == 0);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("recorded")
    void pagesReadStaleAreThoseThatFindingsCallStaleAndUsed(Recorded recorded) throws IOException {
        assumeTrue(Files.exists(recorded.beside(".data.csv")));
        AnalysisResult result = analyse(recorded, AnalysisOptions.EVENTS_ONLY, null);
        DataCheck check = DataCheck.of(result, recorded.beside(".data.csv"));
        assumeTrue(check.rows() > 0, "the scenario compares no data");
        assertThat(check.onlyRead()).isEmpty();
        assertThat(check.onlyFound()).isEmpty();
        boolean lossless = result.notices().stream()
                .noneMatch(n -> n.kind() == Notice.Kind.ACCESSES_LOST || n.kind() == Notice.Kind.LOSS);
        if (lossless) {
            assertThat(check.cannotTell()).isEmpty();
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("recorded")
    void findingsAreWhatTheScenarioDid(Recorded recorded) throws IOException {
        List<Finding> findings =
                analyse(recorded, AnalysisOptions.EVENTS_ONLY, null).findings();
        boolean cowCycle =
                recorded.name().equals("mprotect-cycle") || recorded.name().equals("uffd-wp");
        if (HEALTHY.contains(recorded.name()) || cowCycle && !recorded.kernel().equals("5.10")) {
            assertThat(findings).isEmpty();
        } else if (cowCycle) {
            assertThat(findings).allMatch(f -> f.type() == FindingClass.STALE && f.cause() == Cause.COW);
            assertThat(findings).allMatch(f -> f.severity() == Severity.CRITICAL);
            assertThat(findings.stream().mapToLong(Finding::pages).sum()).isEqualTo(16);
        } else if (recorded.name().equals("many-areas")) {
            // Of processes that were gone, and their frames somebody else's, before the recorder came to the hole.
            assertThat(findings.stream().filter(f -> f.type() == FindingClass.DETACHED))
                    .isNotEmpty()
                    .extracting(Finding::cause)
                    .containsOnly(Cause.FILE);
        } else if (CAUSE.containsKey(recorded.name())) {
            assertThat(findings).isNotEmpty();
            assertThat(findings).extracting(Finding::cause).containsOnly(CAUSE.get(recorded.name()));
            assertThat(findings).allMatch(f -> !f.by().comm().isEmpty());
        }
    }
}
