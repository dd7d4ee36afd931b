// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SynthCommandTest {
    @TempDir
    Path dir;

    @Test
    void theSameSeedMakesTheSameTraceAndAnotherSeedAnother() throws IOException {
        byte[] once = synth("once.ptl", "--seed", 7, "--stale", 0.5);
        assertThat(synth("again.ptl", "--seed", 7, "--stale", 0.5)).isEqualTo(once);
        assertThat(synth("other.ptl", "--seed", 8, "--stale", 0.5)).isNotEqualTo(once);
    }

    @Test
    void nothingIsWrongWithAHealthyTraceAndAllOfATraceThatLosesAllItsPages() throws IOException {
        synth("healthy.ptl", "--stale", 0);
        assertThat(Run.pintrail("analyze", dir.resolve("healthy.ptl")).code()).isZero();
        synth("lost.ptl", "--stale", 1);
        Run lost = Run.pintrail("analyze", dir.resolve("lost.ptl"));
        assertThat(lost.code()).isEqualTo(Pintrail.WRONG);
        assertThat(lost.out()).startsWith("32 of 32 memory regions");
    }

    @Test
    void eachHostIsARecordingOfItsOwn() throws IOException {
        synth("three.ptl", "--hosts", 3, "--contiguous", "--teardown", "--compress");
        assertThat(Run.pintrail("info", dir.resolve("three.ptl")).out())
                .contains("synthetic-0", "synthetic-1", "synthetic-2");
    }

    @Test
    void whatCannotBeMadeIsRefusedInOneLineAndNothingIsWritten() {
        Path out = dir.resolve("no.ptl");
        Run run = Run.pintrail("synth", "--stale", "1.5", out);
        assertThat(run.code()).isEqualTo(Pintrail.BAD_INPUT);
        assertThat(run.err().lines())
                .containsExactly("pintrail: stale fraction 1.5 is not between 0 and 1; try: pintrail synth --help");
        assertThat(out).doesNotExist();
    }

    private byte[] synth(String name, Object... options) throws IOException {
        Path out = dir.resolve(name);
        Object[] args = new Object[options.length + 2];
        args[0] = "synth";
        System.arraycopy(options, 0, args, 1, options.length);
        args[args.length - 1] = out;
        Run run = Run.pintrail(args);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        return Files.readAllBytes(out);
    }
}
