// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import static io.pintrail.analysis.Scene.ANON;
import static io.pintrail.analysis.Scene.ASID;
import static io.pintrail.analysis.Scene.FAULT;
import static io.pintrail.analysis.Scene.PID;
import static io.pintrail.analysis.Scene.RW;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The functions that led to a call, from FRAME events to findings. */
class StackTest {
    private static final int NOT_A_CALL = -1;

    private final Scene scene = new Scene();

    private void frame(long stack, int index, int frames, String module, String symbol, long offset) {
        scene.analysis.frame(
                scene.tick(), PID, PID, stack, index, frames, 0x7f00_1234L, module, "", 0x1234, symbol, offset);
    }

    private void call(long call, int number, long kernelStack, long userStack) {
        scene.analysis.call(scene.tick(), PID, PID, call, number, 0x3e8000, 8192, 4, 0, 0, 0, kernelStack, userStack);
    }

    private Finding finding() {
        List<Finding> findings = scene.analysis.finish().findings();
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }

    @Test
    void aFindingNamesTheFunctionsInnermostFirst() {
        scene.register(1, 1000, 2, 50, RW);
        frame(1, 0, 1, "kernel", "do_madvise", 0x10);
        frame(2, 0, 4, "libc.so.6", "madvise", 0xb);
        frame(2, 1, 4, "libucs.so.0", "ucm_madvise", 0x41);
        frame(2, 2, 4, "app", "", 0);
        frame(2, 3, 4, "", "", 0);
        call(77, 28, 1, 2);
        scene.zap(77, 2, 1000, 2);
        Finding finding = finding();
        assertThat(finding.by().stack())
                .containsExactly("libc.so.6 madvise+0xb", "libucs.so.0 ucm_madvise+0x41", "app+0x1234", "0x7f001234");
        assertThat(finding.by().kernelStack()).containsExactly("kernel do_madvise+0x10");
        assertThat(finding.by().call()).startsWith("madvise(");
    }

    @Test
    void aStackOutsideOfACallIsNoCallAndKeepsNeighboursTogether() {
        scene.register(1, 1000, 3, 50, RW);
        scene.protect(1000, 3, 1);
        frame(1, 0, 1, "app", "main", 1);
        frame(2, 0, 1, "app", "other", 2);
        call(78, NOT_A_CALL, 0, 1);
        scene.analysis.map(scene.tick(), PID, PID, ASID, FAULT, 78, 1000, 1, 900, 1, ANON);
        call(79, NOT_A_CALL, 0, 2);
        scene.analysis.map(scene.tick(), PID, PID, ASID, FAULT, 79, 1001, 2, 901, 1, ANON);
        Finding finding = finding();
        assertThat(finding.cause()).isEqualTo(Cause.COW);
        assertThat(finding.pages()).isEqualTo(3);
        assertThat(finding.by().call()).isEmpty();
        assertThat(finding.by().stack()).containsExactly("app main+0x1");
        assertThat(finding.protectedBy().call()).startsWith("mprotect(");
    }

    @Test
    void forkIsNamedWithItsStack() {
        scene.register(1, 1000, 1, 50, RW);
        frame(1, 0, 1, "libc.so.6", "_Fork", 1);
        call(80, 56, 0, 1);
        scene.analysis.forkCopy(scene.tick(), PID, PID, ASID, 2, 900, 500, 80);
        scene.fault(1000, 1, 900);
        Finding finding = finding();
        assertThat(finding.cause()).isEqualTo(Cause.FORK);
        assertThat(finding.protectedBy().call()).startsWith("clone(");
        assertThat(finding.protectedBy().stack()).containsExactly("libc.so.6 _Fork+0x1");
    }

    @Test
    void whoEndedTheAddressSpaceIsNamedNotTheDevice() {
        scene.register(1, 1000, 1, 50, RW);
        frame(1, 0, 1, "app", "give_up", 1);
        call(81, 231, 0, 1);
        scene.analysis.spaceEnd(scene.tick(), PID, PID + 1, ASID, 81);
        scene.deviceReads(1, 1000, 1);
        Finding finding = finding();
        assertThat(finding.cause()).isEqualTo(Cause.EXIT);
        assertThat(finding.by().tid()).isEqualTo(PID + 1);
        assertThat(finding.by().call()).startsWith("exit_group(");
        assertThat(finding.by().stack()).containsExactly("app give_up+0x1");
    }

    @Test
    void whatATraceClaimsOfStacksIsBounded() {
        scene.register(1, 1000, 1, 50, RW);
        frame(1, 0, -1, "app", "deep", 1);
        frame(1, -1, -1, "app", "nowhere", 1);
        frame(2, 5, 0, "app", "none", 1);
        frame(3, 1, 2, "app", "outer", 1);
        call(82, 11, 2, 1);
        scene.zap(82, 1, 1000, 1);
        Finding finding = finding();
        assertThat(finding.by().stack()).hasSizeLessThan(1000).startsWith("app deep+0x1", "?");
        assertThat(finding.by().kernelStack()).isEmpty();
    }

    @Test
    void aStackThatIsNotInTheTraceIsEmpty() {
        scene.register(1, 1000, 1, 50, RW);
        call(83, 11, 5, 6);
        scene.zap(83, 1, 1000, 1);
        assertThat(finding().by().stack()).isEmpty();
    }
}
