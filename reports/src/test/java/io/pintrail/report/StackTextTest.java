// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.analysis.Finding;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StackTextTest {
    private static Finding.Culprit by(String... stack) {
        return new Finding.Culprit(1, 1, "app", "", Arrays.asList(stack), List.of("kernel do_madvise+0x1"));
    }

    @Test
    void theWayThroughTheCLibraryIsCutShort() {
        Finding.Culprit by = by(
                "libc.so.6 brk+0x7",
                "libc.so.6 __sbrk+0x95",
                "libc.so.6+0x960e4",
                "libc.so.6 malloc_trim+0x234",
                "libcauses.so give_back+0xc",
                "libcauses.so causes_trim+0x14",
                "causes main+0x22e");
        assertThat(StackText.shortened(by))
                .isEqualTo("libc.so.6 brk < … < libc.so.6 malloc_trim < libcauses.so give_back"
                        + " < libcauses.so causes_trim < causes main");
    }

    @Test
    void aLongStackEndsWithDots() {
        String[] stack = new String[20];
        Arrays.setAll(stack, i -> "lib" + i + ".so f+0x1");
        assertThat(StackText.shortened(by(stack)))
                .startsWith("lib0.so f < lib1.so f <")
                .endsWith("lib5.so f < …");
    }

    @Test
    void whatHasNoSymbolKeepsItsOffset() {
        assertThat(StackText.shortened(by("app+0x1234", "0x7f0012"))).isEqualTo("app+0x1234 < 0x7f0012");
    }

    @Test
    void thePageHasAllFramesToBeUnfolded() {
        String html = StackText.folded(by("libx.so <f>+0x1", "app main+0x2")).html();
        assertThat(html)
                .contains("<details><summary><code>libx.so &lt;f&gt; &lt; app main</code></summary>")
                .contains("<li><code>libx.so &lt;f&gt;+0x1</code></li>")
                .contains("<li><code>kernel do_madvise+0x1</code></li>");
        assertThat(StackText.folded(new Finding.Culprit(1, 1, "", "", List.of(), List.of()))
                        .html())
                .isEmpty();
    }
}
