// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is predicted for the policy that the recorded kernel has is what it did: every page of every registration, in
 * whatever scenario, the random walk above all.
 */
class OwnPolicyTest {
    private static final List<Path> ROOTS = List.of(Path.of("../sample-traces"), Path.of("../collectors/target/lab"));

    /** Recorded before there were such events, or by the ftrace backend, which has none. */
    private static final List<String> WITHOUT = List.of("sample-traces/[\\d.]+", "lab/[\\d.]+-ftrace");

    /** EINVAL for its length, ENOMEM for RLIMIT_MEMLOCK: no page is asked for, and no policy has a say. */
    private static final List<Integer> REFUSED_BEFORE = List.of(-22, -12);

    static Stream<Path> traces() throws IOException {
        List<Path> traces = new ArrayList<>();
        for (Path root : ROOTS) {
            if (Files.isDirectory(root)) {
                try (Stream<Path> found = Files.find(root, 2, (path, a) -> isStock(path))) {
                    found.sorted().forEach(traces::add);
                }
            }
        }
        return traces.stream();
    }

    private static boolean isStock(Path trace) {
        String kernel = trace.getParent().getFileName().toString();
        return trace.toString().endsWith(kernel.endsWith("-gup-policy") ? "-stock.ptl" : ".ptl");
    }

    @ParameterizedTest
    @MethodSource("traces")
    void predictionsOfTheKernelsOwnPolicyAreWhatItPinned(Path trace) throws IOException {
        Changes changes = new Changes();
        PolicyRun.drive(trace, changes);
        List<List<String>> differences = new ArrayList<>();
        List<Registration> registrations = new ArrayList<>();
        PolicyRun.drive(trace, new WhatIf((registration, memory) -> {
            registrations.add(registration);
            List<String> found =
                    registration.reason().isEmpty() ? differences(registration, memory, changes) : List.<String>of();
            if (!found.isEmpty()) {
                differences.add(found);
            }
        }));
        if (trace.getFileName().toString().startsWith("walk")) {
            // Its threads also change mappings that are not recorded yet, while one is registered. And a page that
            // anything
            // refers to for a moment is copied rather than kept: the compaction that it asks for, or the list of
            // another
            // processor on which it waits to get onto the LRU, which the kernel does not empty.
            assertThat(differences).hasSizeLessThanOrEqualTo(registrations.size() / 200);
            differences.removeIf(found -> found.stream()
                    .allMatch(d -> d.matches(".*: error .*|.* predicted OWN copied, it was OWN"
                            + "|.* kindCode=1, .* predicted OWN, it was OWN copied")));
        }
        if (trace.getFileName().toString().startsWith("racing")) {
            differences.clear(); // what it registers is changed by other threads at that very moment, on purpose
        }
        assertThat(differences).isEmpty();
        String directory = trace.getParent().toString();
        if (WITHOUT.stream().noneMatch(pattern -> directory.matches(".*" + pattern))) {
            assertThat(registrations).allSatisfy(r -> assertThat(r.reason()).isEmpty());
        }
    }

    private static List<String> differences(Registration did, UmemMemory memory, Changes changes) {
        if (changes.ranOutOfMemory(did)) {
            return List.of();
        }
        if (REFUSED_BEFORE.contains(did.recorded().error())) {
            return List.of();
        }
        KernelRules rules = KernelRules.of(did.kernel()).orElseThrow();
        Policy policy = rules.unsharesFiles() ? Policy.LONGTERM : Policy.WRITE_FORCE;
        String name = "region " + did.region() + " at " + did.timeNs() + ", " + did.memory() + ": ";
        int error = did.predictions().get(policy).error();
        if (error != did.recorded().error()) {
            return List.of(
                    name + "error " + error + ", it was " + did.recorded().error());
        }
        List<String> found = new ArrayList<>();
        if (error == 0 && did.recorded().pages() != did.pages()) {
            found.add(name + "pinned " + did.recorded().pages() + " pages of " + did.pages());
        }
        Predictor predictor = new Predictor(policy, did.writable(), rules);
        memory.forEachPinned((page, area, before, pinned) -> {
            String is = describe(pinned);
            String predicted =
                    area == null || before == null ? "nothing" : describe(predictor.page(area, before, page));
            if (!predicted.equals(is) && !changes.meanwhile(did, page)) {
                found.add(name + "page " + Long.toHexString(page) + " " + before + " predicted " + predicted
                        + ", it was " + is);
            }
        });
        return found;
    }

    private static String describe(Outcome outcome) {
        return outcome.pinned() + (outcome.faulted() ? " faulted in" : "") + (outcome.copied() ? " copied" : "");
    }
}
