// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.Finding;
import java.util.List;

/** Stacks for people: in one line, or whole to be unfolded. */
final class StackText {
    /** Frames of a shortened stack: enough to get from the C library to the code of the program. */
    private static final int SHORT = 6;

    /** Nothing true is longer. */
    private static final int LONGEST_FRAME = 300;

    private StackText() {}

    /**
     * The innermost functions of the program, without offsets; of neighbours in one module only the one that was called
     * from elsewhere and the one that did it.
     */
    static String shortened(Finding.Culprit by) {
        StringBuilder text = new StringBuilder();
        List<String> stack = by.stack();
        int at = 0;
        for (int shown = 0; at < stack.size() && shown < SHORT; shown++) {
            text.append(text.isEmpty() ? "" : " < ").append(Printable.of(function(stack.get(at)), LONGEST_FRAME));
            int last = lastOfModule(stack, at);
            if (last > at + 1) {
                text.append(" < …");
            }
            at = Math.max(at + 1, last);
        }
        return at < stack.size() ? text + " < …" : text.toString();
    }

    private static int lastOfModule(List<String> stack, int first) {
        int last = first;
        while (last + 1 < stack.size() && module(stack.get(last + 1)).equals(module(stack.get(first)))) {
            last++;
        }
        return last;
    }

    private static String module(String frame) {
        int end = frame.indexOf(' ');
        return frame.substring(0, end > 0 ? end : Math.max(0, frame.indexOf('+')));
    }

    /** Where there is a symbol its offset says nothing to a reader in a hurry. */
    private static String function(String frame) {
        int offset = frame.lastIndexOf('+');
        return frame.indexOf(' ') > 0 && offset > 0 ? frame.substring(0, offset) : frame;
    }

    /** All frames, folded under the shortened ones; empty without a stack. */
    static Markup folded(Finding.Culprit by) {
        if (by.stack().isEmpty() && by.kernelStack().isEmpty()) {
            return new Markup("");
        }
        String line = by.stack().isEmpty() ? "in the kernel" : shortened(by);
        return new Markup("<details><summary><code>" + Markup.escape(line) + "</code></summary>\n"
                + frames("stack", by.stack()) + frames("stack kernel", by.kernelStack()) + "</details>");
    }

    private static String frames(String style, List<String> frames) {
        if (frames.isEmpty()) {
            return "";
        }
        StringBuilder html = new StringBuilder("<ol class=\"" + style + "\">\n");
        for (String frame : frames) {
            html.append("<li><code>")
                    .append(Markup.escape(Printable.of(frame, LONGEST_FRAME)))
                    .append("</code></li>\n");
        }
        return html.append("</ol>\n").toString();
    }
}
