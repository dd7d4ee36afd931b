// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import io.pintrail.report.Printable;
import java.math.BigDecimal;

/** Writes metrics as text: OpenMetrics 1.0, or Prometheus' older format for those who ask for that. */
final class OpenMetrics {
    static final String CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    static final String OLD_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder();
    private final boolean old;

    /** @param old Prometheus' format, which has no units, no info, and counters named with their {@code _total} */
    OpenMetrics(boolean old) {
        this.old = old;
    }

    /** Begins a family. @param unit empty for a count of things */
    void family(String name, String type, String unit, String help) {
        String shown = name;
        String kind = type;
        if (old) {
            shown += type.equals("counter") ? "_total" : type.equals("info") ? "_info" : "";
            kind = type.equals("info") ? "gauge" : type;
        }
        text.append("# TYPE ").append(shown).append(' ').append(kind).append('\n');
        if (!old && !unit.isEmpty()) {
            text.append("# UNIT ").append(shown).append(' ').append(unit).append('\n');
        }
        text.append("# HELP ").append(shown).append(' ').append(help).append('\n');
    }

    /** @param labels names and values by turns */
    void sample(String name, double value, String... labels) {
        text.append(name);
        for (int i = 0; i < labels.length; i += 2) {
            text.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
            text.append(escape(labels[i + 1])).append('"');
        }
        text.append(labels.length == 0 ? "" : "}")
                .append(' ')
                .append(number(value))
                .append('\n');
    }

    void counter(String name, String help, long value) {
        family(name, "counter", "", help);
        sample(name + "_total", value);
    }

    void gauge(String name, String unit, String help, double value) {
        family(name, "gauge", unit, help);
        sample(name, value);
    }

    /** Without an exponent, and whole numbers without a fraction. */
    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : new BigDecimal(Double.toString(value)).toPlainString();
    }

    private static String escape(String value) {
        return Printable.of(value, 128).replace("\\", "\\\\").replace("\"", "\\\"");
    }

    String end() {
        return old ? text.toString() : text.append("# EOF\n").toString();
    }
}
