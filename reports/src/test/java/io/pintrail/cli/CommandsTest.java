// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pintrail.trace.synthetic.SyntheticConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each command from its arguments to its exit code, on synthetic traces. */
class CommandsTest {
    @TempDir
    private Path directory;

    @Test
    void analyzeOfABrokenHostExitsOneAndSaysWhatWhoAndWhen() throws IOException {
        Run run = Run.pintrail("analyze", Traces.broken(directory));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .startsWith("16 of 16 memory regions pinned pages that the process no longer saw")
                .contains("CRITICAL  STALE by UNMAP", "call    madvise(0x", "who     synthetic-", "remedy  Deregister")
                .contains("Host      synthetic-0, Linux 6.12.0-synthetic", "none lost");
    }

    @Test
    void analyzeOfAHealthyHostExitsZero() throws IOException {
        Run run = Run.pintrail("analyze", Traces.healthy(directory));
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("Every pinned page was the page its process saw.\n");
    }

    @Test
    void analyzeWritesTheWholeReport() throws IOException {
        Path out = directory.resolve("a/new/directory");
        Run run = Run.pintrail("analyze", "--out", out, Traces.broken(directory));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).endsWith("Report    " + out.resolve("report.html") + "\n");
        try (var files = Files.list(out)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .contains("report.html", "findings.json", "regions.csv", "findings.csv", "chart-latency.svg")
                    .allMatch(name -> !name.startsWith("."));
        }
    }

    @Test
    void aMarkComesAfterWhatHappenedBeforeItWhateverTheOrderInTheFile() throws IOException {
        Path lines = directory.resolve("lines.jsonl");
        assertThat(Run.pintrail("convert", Traces.broken(directory), lines).code())
                .isZero();
        List<String> events = Files.readAllLines(lines);
        int gone = IntStream.range(0, events.size())
                .filter(i -> events.get(i).contains("\"pfn\":\"none\""))
                .findFirst()
                .orElseThrow();
        long time = new ObjectMapper().readTree(events.get(gone)).get("time").asLong();

        String late = pagesAtAMark(events, gone, time);
        assertThat(late).isEqualTo(pagesAtAMark(events, gone + 1, time));
        assertThat(late).isNotEqualTo(pagesAtAMark(events, gone, time - 1));
    }

    private String pagesAtAMark(List<String> events, int line, long time) throws IOException {
        List<String> marked = new ArrayList<>(events);
        marked.add(line, "{\"kind\":\"MARK\",\"time\":" + time + ",\"pid\":1,\"tid\":1,\"text\":\"here\"}");
        Run run = Run.pintrail("pages", "--at", "here", Files.write(directory.resolve("marked.jsonl"), marked));
        assertThat(run.code()).isZero();
        return run.out();
    }

    @Test
    void analyzeOfSeveralTracesIsOneReport() throws IOException {
        Path two = Traces.write(directory.resolve("two.ptl"), new SyntheticConfig(5, 2, 1, 2, 16, true, 0.2, 9, true));
        Run run = Run.pintrail("analyze", "--json", Traces.broken(directory), two);
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.at("/hosts")).hasSize(3);
        assertThat(json.at("/traces")).hasSize(2);
        assertThat(json.at("/regions")).hasSize(16 + 4);
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void theSameTraceTwiceIsAMistake() throws IOException {
        Path trace = Traces.broken(directory);
        Run run = Run.pintrail("analyze", trace, trace);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("pintrail: " + trace + ": given twice; name each trace once\n");
    }

    @Test
    void pagesAreOneRowEachAtTheEndByDefault() throws IOException {
        Run run = Run.pintrail("pages", Traces.healthy(directory));
        List<String> lines = run.out().lines().toList();
        assertThat(lines.get(0)).isEqualTo("mark,host,pid,lkey,va,pinned_pfn,mapped_pfn,verdict");
        assertThat(lines).hasSize(1 + 4 * 64);
        assertThat(lines.get(1)).matches("end,synthetic-0,1000,[0-9a-f]+,[0-9a-f]+000,[0-9a-f]+,[0-9a-f]+,OK");
        assertThat(run.code()).isZero();
    }

    @Test
    void pagesAtAMarkShowWhatIsNotMapped() throws IOException {
        Run run = Run.pintrail("pages", "--at", "stale", "--at", "pinned", Traces.broken(directory));
        assertThat(run.out().lines().skip(1).map(l -> l.substring(0, l.indexOf(','))))
                .containsOnly("stale", "pinned")
                .hasSize(2 * 16 * 64);
        assertThat(run.out()).containsPattern("\nstale,.*,-,DETACHED\n").doesNotContainPattern("\npinned,.*DETACHED");
    }

    @Test
    void allMarksAreThoseOfTheTrace() throws IOException {
        Path csv = directory.resolve("pages.csv");
        Run run = Run.pintrail("pages", "--all-marks", "--csv", csv, Traces.broken(directory));
        assertThat(run).isEqualTo(new Run(0, "", ""));
        assertThat(Files.readAllLines(csv)).hasSize(1 + 3 * 16 * 64);
    }

    @Test
    void anUnknownMarkNamesTheKnownOnesAndPrintsNoRow() throws IOException {
        Run run = Run.pintrail("pages", "--at", "pinned", "--at", "pined", Traces.broken(directory));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).endsWith("no mark \"pined\"; the trace has: pinned, stale, worked, end\n");
    }

    @Test
    void verifyAgreesWithTheTruthOfTheGenerator() throws IOException {
        Path trace = Traces.broken(directory);
        Path truth = truth(Run.pintrail("pages", "--all-marks", trace).out(), "");
        Run run = Run.pintrail("verify", trace, truth);
        assertThat(run.out()).contains("0 wrong", "Agrees.");
        assertThat(run.code()).isZero();
    }

    @Test
    void verifyDisagreesWithAnotherTruth() throws IOException {
        Path trace = Traces.broken(directory);
        Path truth = truth(Run.pintrail("pages", "--at", "stale", trace).out(), "f");
        Run run = Run.pintrail("verify", trace, truth);
        assertThat(run.out()).contains("DISAGREES.", "pagemap says f");
        assertThat(run.code()).isEqualTo(1);
    }

    /** Pagemap truth that says what pages said, with every frame number prefixed. */
    private Path truth(String pages, String prefix) throws IOException {
        StringBuilder truth = new StringBuilder("mark,pid,lkey,va,pfn,present\n");
        for (String row : pages.lines().skip(1).toList()) {
            String[] c = row.split(",");
            boolean present = !c[6].equals("-");
            truth.append(String.join(",", c[0], c[2], c[3], c[4], present ? prefix + c[6] : "0", present ? "1" : "0"));
            truth.append('\n');
        }
        return Files.writeString(directory.resolve("truth.csv"), truth);
    }

    @Test
    void infoSaysWhatTheTraceHolds() throws IOException {
        Run run = Run.pintrail("info", Traces.broken(directory));
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("Host      synthetic-0", "none lost", "Regions   16", "Marks     pinned, stale, worked");
        JsonNode json = new ObjectMapper()
                .readTree(
                        Run.pintrail("info", "--json", Traces.broken(directory)).out());
        assertThat(json.at("/recordings/0/regions").asLong()).isEqualTo(16);
    }

    @Test
    void convertThereAndBackKeepsEveryByte() throws IOException {
        Path trace = Traces.broken(directory);
        Path json = directory.resolve("trace.jsonl");
        Path back = directory.resolve("back.ptl");
        assertThat(Run.pintrail("convert", trace, json)).isEqualTo(new Run(0, "", ""));
        assertThat(Run.pintrail("convert", json, back)).isEqualTo(new Run(0, "", ""));
        assertThat(back).hasSameBinaryContentAs(trace);
        assertThat(Run.pintrail("convert", trace, "-", "--to", "jsonl").out()).isEqualTo(Files.readString(json));
    }

    @Test
    void analysisOfJsonLinesIsThatOfTheTrace() throws IOException {
        Path trace = Traces.broken(directory);
        Path json = directory.resolve("trace.jsonl");
        Run.pintrail("convert", trace, json);
        assertThat(Run.pintrail("analyze", json).out())
                .isEqualTo(Run.pintrail("analyze", trace).out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"analyze", "pages", "verify", "convert", "info", "whatif"})
    void everyCommandExplainsItselfWithExamplesAndExitCodes(String command) {
        Run help = Run.pintrail(command, "--help");
        assertThat(help.code()).isZero();
        assertThat(help.out()).contains("Usage: pintrail " + command, "Exit codes:", "Examples:");
        assertThat(help.out().lines()).allMatch(line -> line.length() <= 100);
        assertThat(Run.pintrail("help", command)).isEqualTo(help);
    }

    @Test
    void theVersionIsOneLine() {
        assertThat(Run.pintrail("--version").out()).matches("pintrail \\S+\n");
    }
}
