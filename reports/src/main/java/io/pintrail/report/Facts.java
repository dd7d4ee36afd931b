// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

/** Pairs of a name and a value in a definition list. */
final class Facts {
    /** Nothing true is longer; a trace may claim names of 4 KiB. */
    private static final int LONGEST = 600;

    private final StringBuilder html = new StringBuilder();

    /** A fact in plain text; without value it is left out. */
    Facts add(String name, String value) {
        return value.isEmpty() ? this : add(name, new Markup(Markup.escape(Printable.of(value, LONGEST))));
    }

    Facts code(String name, String value) {
        return value.isEmpty()
                ? this
                : add(name, new Markup("<code>" + Markup.escape(Printable.of(value, LONGEST)) + "</code>"));
    }

    Facts add(String name, Markup value) {
        html.append("<dt>").append(Markup.escape(name)).append("</dt><dd>");
        html.append(value.html()).append("</dd>\n");
        return this;
    }

    Markup html() {
        return new Markup(html.toString());
    }
}
