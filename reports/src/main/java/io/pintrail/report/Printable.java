// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

/**
 * Text from a trace, made safe to show: whoever names a process or writes a mark must not be able to move a terminal's
 * cursor, to break an XML document or to make a name read as another one.
 */
public final class Printable {
    private Printable() {}

    /** Control characters, lone surrogates and direction overrides become U+FFFD. */
    public static String of(CharSequence text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            out.append(isUnprintable(text, i) ? '\uFFFD' : text.charAt(i));
        }
        return out.toString();
    }

    /** The same, cut to {@code max} characters. */
    public static String of(CharSequence text, int max) {
        return text.length() <= max ? of(text) : of(text.subSequence(0, max - 1)) + "…";
    }

    private static boolean isUnprintable(CharSequence text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
        }
        return Character.isISOControl(c)
                || (c >= '\u202A' && c <= '\u202E')
                || (c >= '\u2066' && c <= '\u2069')
                || c >= '\uFFFE';
    }
}
