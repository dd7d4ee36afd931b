// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads OpenMetrics text as strictly as its specification is, and says what is in it. */
final class OpenMetricsText {
    private static final Pattern META = Pattern.compile("# (TYPE|UNIT|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
    private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\n]|\\\\[\\\\n\"])*\"";
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{" + LABEL + "(?:," + LABEL
            + ")*})? ([-+]?(?:\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?|Inf|NaN))");
    private static final Map<String, List<String>> SUFFIXES = Map.of(
            "counter", List.of("_total", "_created"),
            "gauge", List.of(""),
            "info", List.of("_info"),
            "histogram", List.of("_bucket", "_sum", "_count"));

    /** Name with labels to value. */
    final Map<String, Double> samples = new LinkedHashMap<>();

    /** Names of samples that may be there, also of families that have none now. */
    final Set<String> names = new LinkedHashSet<>();

    private OpenMetricsText() {}

    static OpenMetricsText read(String text) {
        assertThat(text).endsWith("# EOF\n");
        OpenMetricsText read = new OpenMetricsText();
        String family = "";
        String type = "";
        for (String line : text.substring(0, text.length() - "# EOF\n".length()).split("\n")) {
            Matcher meta = META.matcher(line);
            if (meta.matches()) {
                if (!meta.group(2).equals(family)) {
                    assertThat(meta.group(1)).as(line).isEqualTo("TYPE");
                    family = meta.group(2);
                    type = meta.group(3);
                    assertThat(SUFFIXES).as(line).containsKey(type);
                    if (type.equals("histogram")) {
                        read.names.add(family);
                    }
                    for (String suffix : SUFFIXES.get(type)) {
                        assertThat(read.names.add(family + suffix))
                                .as("twice: " + line)
                                .isTrue();
                    }
                } else if (meta.group(1).equals("UNIT")) {
                    assertThat(family).as(line).endsWith("_" + meta.group(3));
                }
                continue;
            }
            Matcher sample = SAMPLE.matcher(line);
            assertThat(sample.matches()).as("a sample: " + line).isTrue();
            String of = family;
            assertThat(SUFFIXES.get(type).stream().map(suffix -> of + suffix))
                    .as("a sample of " + family + ", " + type)
                    .contains(sample.group(1));
            String name = sample.group(1) + (sample.group(2) == null ? "" : sample.group(2));
            String value = sample.group(3).replace("Inf", "Infinity");
            assertThat(read.samples.put(name, Double.valueOf(value)))
                    .as("twice: " + line)
                    .isNull();
        }
        return read;
    }

    double value(String name) {
        assertThat(samples).containsKey(name);
        return samples.get(name);
    }
}
