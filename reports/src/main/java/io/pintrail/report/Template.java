// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A resource with marks {@code {{name}}}, each filled with a value of that name: text is escaped, {@link Markup} is
 * not.
 */
final class Template {
    private final String name;
    private final String text;

    private Template(String name, String text) {
        this.name = name;
        this.text = text;
    }

    static Template load(String name) {
        return new Template(name, resource(name));
    }

    static String resource(String name) {
        try (InputStream in = Template.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void fill(Map<String, ?> values, Appendable out) throws IOException {
        int done = 0;
        for (int open = text.indexOf("{{"); open >= 0; open = text.indexOf("{{", done)) {
            int close = text.indexOf("}}", open);
            String mark = text.substring(open + 2, close);
            Object value = values.get(mark);
            if (value == null) {
                throw new IllegalArgumentException(name + ": no value for the mark " + mark);
            }
            out.append(text, done, open);
            out.append(value instanceof Markup m ? m.html() : Markup.escape(value.toString()));
            done = close + 2;
        }
        out.append(text, done, text.length());
    }

    Markup fill(Map<String, ?> values) {
        StringBuilder out = new StringBuilder(text.length());
        try {
            fill(values, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Markup(out.toString());
    }
}
