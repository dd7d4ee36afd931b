// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

/**
 * Text that is HTML or SVG already. Everything else goes through {@link #escape}: a template takes a plain string as
 * text, so forgetting to escape is not possible, only forgetting to mark.
 */
record Markup(String html) {
    /** Escapes text for element content and for quoted attributes. */
    static String escape(CharSequence text) {
        String printable = Printable.of(text);
        StringBuilder out = new StringBuilder(printable.length() + 16);
        for (int i = 0; i < printable.length(); i++) {
            char c = printable.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
        return out.toString();
    }
}
