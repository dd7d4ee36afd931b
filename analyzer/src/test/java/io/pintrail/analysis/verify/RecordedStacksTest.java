// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.analysis.AnalysisOptions;
import io.pintrail.analysis.Cause;
import io.pintrail.analysis.Finding;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The scenario causes on real kernels: each finding names the functions that led to it, through a library without frame
 * pointers, in whichever process and thread.
 */
class RecordedStacksTest {
    private static final String LIBRARY = "libcauses.so ";
    private static final String NOTES = LIBRARY + "with_notes";

    /** The ftrace backend takes no stacks. */
    static List<RecordedTracesTest.Recorded> causes() throws IOException {
        return RecordedTracesTest.recorded().stream()
                .filter(r -> r.name().equals("causes"))
                .filter(r -> r.trace().getParent().endsWith(r.kernel()))
                .toList();
    }

    private static Finding only(List<Finding> findings, String call) {
        List<Finding> found =
                findings.stream().filter(f -> f.by().call().startsWith(call)).toList();
        assertThat(found).as("findings by %s", call).hasSize(1);
        return found.get(0);
    }

    private static List<String> functions(List<String> stack) {
        return stack.stream()
                .map(frame -> frame.replaceFirst("\\+0x[0-9a-f]+$", ""))
                .toList();
    }

    private static void isChain(List<String> stack, String... innermostFirst) {
        assertThat(functions(stack)).containsSubsequence(innermostFirst);
        List<String> functions = functions(stack);
        int from = functions.indexOf(innermostFirst[0]);
        assertThat(functions.subList(from, from + innermostFirst.length)).containsExactly(innermostFirst);
    }

    /** Begins in the kernel's memory management, not in what records it, and came from a system call or a fault. */
    private static void isKernelStack(List<String> stack, String function) {
        List<String> functions = functions(stack);
        assertThat(functions).anyMatch(f -> f.startsWith("kernel ") && f.contains(function));
        assertThat(functions).allMatch(f -> f.startsWith("kernel "));
        assertThat(functions).noneMatch(f -> f.matches(".*(bpf_|trampoline|fprobe|ftrace|kprobe|rethook).*"));
        assertThat(functions.get(functions.size() - 1)).matches("kernel (entry_SYSCALL_64.*|asm_.*|.*page_fault.*)");
    }

    private static void isInLibc(String frame) {
        assertThat(frame).startsWith("libc.so.6 ");
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("causes")
    void findingsNameTheFunctions(RecordedTracesTest.Recorded recorded) throws IOException {
        List<Finding> findings = RecordedTracesTest.analyse(recorded, AnalysisOptions.EVENTS_ONLY, null)
                .findings();

        Finding evicted = only(findings, "madvise(");
        assertThat(evicted.by().tid()).isNotEqualTo(evicted.by().pid());
        isInLibc(evicted.by().stack().get(0));
        isChain(evicted.by().stack(), LIBRARY + "discard", NOTES, LIBRARY + "causes_evict", "causes evict_in_thread");
        isKernelStack(evicted.by().kernelStack(), "madvise");

        Finding unmapped = only(findings, "munmap(");
        isInLibc(unmapped.by().stack().get(0));
        isChain(unmapped.by().stack(), LIBRARY + "unmap", NOTES, LIBRARY + "causes_shrink", "causes main");
        isKernelStack(unmapped.by().kernelStack(), "munmap");

        Finding trimmed = only(findings, "brk(");
        isChain(
                trimmed.by().stack(),
                "libc.so.6 malloc_trim",
                LIBRARY + "give_back",
                NOTES,
                LIBRARY + "causes_trim",
                "causes main");
        isKernelStack(trimmed.by().kernelStack(), "brk");

        Finding moved = only(findings, "mremap(");
        isInLibc(moved.by().stack().get(0));
        isChain(moved.by().stack(), LIBRARY + "causes_move", "causes main");
        isKernelStack(moved.by().kernelStack(), "mremap");
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("causes")
    void anotherProcessIsNamedToo(RecordedTracesTest.Recorded recorded) throws IOException {
        List<Finding> findings = RecordedTracesTest.analyse(recorded, AnalysisOptions.EVENTS_ONLY, null)
                .findings();
        Finding punched = only(findings, "fallocate(");
        assertThat(punched.by().pid())
                .isNotEqualTo(only(findings, "munmap(").by().pid());
        assertThat(punched.by().comm()).isEqualTo("causes");
        isInLibc(punched.by().stack().get(0));
        isChain(punched.by().stack(), LIBRARY + "punch", LIBRARY + "causes_punch", "causes main");
        isKernelStack(punched.by().kernelStack(), "fallocate");
    }

    /** On 5.10 the store after an mprotect cycle copies; later kernels do not copy pinned pages. */
    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("causes")
    void aStoreHasAStackAndSoHasWhatWriteProtectedThePage(RecordedTracesTest.Recorded recorded) throws IOException {
        List<Finding> copies =
                RecordedTracesTest.analyse(recorded, AnalysisOptions.EVENTS_ONLY, null).findings().stream()
                        .filter(f -> f.cause() == Cause.COW)
                        .toList();
        if (!recorded.kernel().equals("5.10")) {
            assertThat(copies).isEmpty();
            return;
        }
        assertThat(copies).singleElement().satisfies(f -> {
            assertThat(f.by().call()).isEmpty();
            isChain(f.by().stack(), LIBRARY + "fill", NOTES, LIBRARY + "causes_count", "causes main");
            isKernelStack(f.by().kernelStack(), "page_fault");
            assertThat(f.protectedBy().call()).startsWith("mprotect(");
            isInLibc(f.protectedBy().stack().get(0));
            isChain(f.protectedBy().stack(), "causes main");
            isKernelStack(f.protectedBy().kernelStack(), "mprotect");
        });
    }
}
