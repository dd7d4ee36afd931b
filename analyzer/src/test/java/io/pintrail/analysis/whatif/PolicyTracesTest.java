// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is predicted from a stock kernel's trace is what kernels did whose ib_umem had that policy: every page of every
 * registration of the scenario page-states, refusals included (collectors/lab/run --gup-policy).
 */
class PolicyTracesTest {
    private static final List<Path> ROOTS = List.of(Path.of("../sample-traces"), Path.of("../collectors/target/lab"));
    private static final List<String> KERNELS = List.of("5.10", "6.1", "6.12", "7.2");

    /** A prediction from one trace, and the trace of what it predicts. */
    record Pair(Path from, Policy policy, Path actual) {
        @Override
        public String toString() {
            return policy.label() + " from " + from.getParent().getFileName() + ": "
                    + actual.getParent().getFileName() + "/" + actual.getFileName();
        }
    }

    static Stream<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        for (Path root : ROOTS) {
            for (String kernel : KERNELS) {
                boolean unshares = kernel.equals("6.12") || kernel.equals("7.2");
                Map<String, Policy> policies = Map.of(
                        "stock",
                        unshares ? Policy.LONGTERM : Policy.WRITE_FORCE,
                        "write-force",
                        Policy.WRITE_FORCE,
                        "proposal",
                        Policy.PROPOSAL,
                        // Before 6.2 LONGTERM does not unshare what is not anonymous: it pins what the proposal pins.
                        "longterm",
                        unshares ? Policy.LONGTERM : Policy.PROPOSAL);
                policies.forEach((run, policy) ->
                        pairs.add(new Pair(trace(root, kernel, "stock"), policy, trace(root, kernel, run))));
                for (String later : unshares ? List.<String>of() : List.of("6.12", "7.2")) {
                    pairs.add(new Pair(trace(root, kernel, "stock"), Policy.LONGTERM, trace(root, later, "stock")));
                }
            }
        }
        return pairs.stream().filter(p -> Files.exists(p.from()) && Files.exists(p.actual()));
    }

    private static Path trace(Path root, String kernel, String run) {
        return root.resolve(kernel + "-gup-policy").resolve("page-states-" + run + ".ptl");
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void predictionsAreWhatTheKernelsDid(Pair pair) throws IOException {
        PolicyRun from = new PolicyRun(pair.from());
        PolicyRun actual = new PolicyRun(pair.actual());
        assertThat(actual.cases).hasSameSizeAs(from.cases).hasSizeGreaterThan(45);
        SoftAssertions all = new SoftAssertions();
        for (int i = 0; i < from.cases.size(); i++) {
            compare(i, pair.policy(), from.cases.get(i), actual, actual.cases.get(i), all);
        }
        all.assertAll();
    }

    private static void compare(
            int number, Policy policy, PolicyRun.Case from, PolicyRun actual, PolicyRun.Case did, SoftAssertions all) {
        String name = "registration " + number + ", " + from.registration().memory();
        assertThat(from.registration().reason()).as(name).isEmpty();
        Prediction predicted = from.registration().predictions().get(policy);
        Prediction recorded = did.registration().recorded();
        // Another kernel leaves other entries after an mprotect(); the mappings are the same.
        all.assertThat(mappings(did)).as(name).isEqualTo(mappings(from));
        if (did.registration().kernel().equals(from.registration().kernel())) {
            all.assertThat(did.registration().memory())
                    .as(name)
                    .isEqualTo(from.registration().memory());
        }
        all.assertThat(predicted.error()).as(name + ": error").isEqualTo(recorded.error());
        if (predicted.error() != 0 || recorded.error() != 0) {
            return;
        }
        all.assertThat(kinds(predicted)).as(name + ": pinned").isEqualTo(kinds(recorded));
        all.assertThat(predicted.faulted()).as(name + ": faulted in").isEqualTo(recorded.faulted());
        all.assertThat(predicted.copied()).as(name + ": copied").isEqualTo(recorded.copied());
        all.assertThat(staleAfterStores(policy, from)).as(name + ": stale").isEqualTo(stale(actual, did));
    }

    private static Map<String, Long> mappings(PolicyRun.Case of) {
        Map<String, Long> pages = new TreeMap<>();
        UmemMemory memory = of.memory();
        memory.parts(memory.firstPage, memory.endPage, (page, end, area, before) -> {
            pages.merge(area.describe(), end - page, Long::sum);
        });
        return pages;
    }

    private static String kinds(Prediction prediction) {
        return prediction.pinned().toString();
    }

    /**
     * Offsets of the pages that the scenario's stores, and its mprotect() where needed, are predicted to make stale.
     */
    private static List<Long> staleAfterStores(Policy policy, PolicyRun.Case from) {
        Registration r = from.registration();
        KernelRules rules = KernelRules.of(r.kernel()).orElseThrow();
        Predictor predictor = new Predictor(policy, r.writable(), rules);
        List<Long> pages = new ArrayList<>();
        from.memory().parts(from.memory().firstPage, from.memory().endPage, (page, end, area, before) -> {
            for (long at = page; at < end; at++) {
                Outcome.Danger danger = predictor.page(area, before, at).danger();
                if (danger == Outcome.Danger.STORE || danger == Outcome.Danger.PROTECTION && !area.writable()) {
                    pages.add(at - from.memory().firstPage);
                }
            }
        });
        return pages;
    }

    private static List<Long> stale(PolicyRun actual, PolicyRun.Case did) {
        List<Long> pages = new ArrayList<>();
        for (long at = did.memory().firstPage; at < did.memory().endPage; at++) {
            if (actual.staleAfterStores(at)) {
                pages.add(at - did.memory().firstPage);
            }
        }
        return pages;
    }

    @Test
    void theSampleTracesOfTheMandatoryKernelAreThere() {
        for (String run : List.of("stock", "write-force", "proposal", "longterm")) {
            assertThat(trace(ROOTS.get(0), "6.1", run)).exists();
        }
    }
}
