// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.whatif.Pinned;
import io.pintrail.analysis.whatif.Policy;
import io.pintrail.analysis.whatif.Prediction;
import io.pintrail.analysis.whatif.Registration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code pintrail whatif} on the terminal: a table for registrations that are alike, those with most pages first. */
public final class WhatIfText {
    private static final int MEMORY = 200;
    private static final int NAMES = 3;

    private WhatIfText() {}

    public static void write(List<Registration> registrations, Appendable out) throws IOException {
        if (registrations.isEmpty()) {
            out.append("No registration of memory ended in this trace.\n");
            return;
        }
        Map<String, List<Registration>> alike = new LinkedHashMap<>();
        for (Registration r : registrations) {
            String key = r.kernel() + '\n' + r.memory() + '\n' + r.writable() + '\n' + r.reason() + '\n' + outcomes(r);
            alike.computeIfAbsent(key, k -> new ArrayList<>()).add(r);
        }
        List<List<Registration>> classes = new ArrayList<>(alike.values());
        classes.sort(Comparator.comparingLong((List<Registration> c) -> -pages(c)));
        boolean first = true;
        for (List<Registration> same : classes) {
            out.append(first ? "" : "\n");
            first = false;
            table(same, out);
        }
    }

    /** Registrations that a policy treats differently are not alike. */
    private static String outcomes(Registration r) {
        StringBuilder text = new StringBuilder(shape(r.recorded()));
        r.predictions().values().forEach(p -> text.append('|').append(shape(p)));
        return text.toString();
    }

    private static String shape(Prediction p) {
        return p.error() + p.pinned().keySet().toString() + (p.atStore() > 0) + (p.afterProtection() > 0);
    }

    private static long pages(List<Registration> same) {
        return same.stream().mapToLong(Registration::pages).sum();
    }

    private static void table(List<Registration> same, Appendable out) throws IOException {
        Registration r = same.get(0);
        long pages = pages(same);
        out.append(same.size() == 1 ? "1 registration" : same.size() + " registrations");
        out.append(", ").append(Units.count(pages)).append(pages == 1 ? " page, " : " pages, ");
        out.append(r.writable() ? "which the device may write\n" : "which the device only reads\n");
        out.append("  memory   ").append(Printable.of(r.memory(), MEMORY)).append('\n');
        out.append("  by       ").append(by(same)).append('\n');
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"", "pins", "faulted in", "copied", "goes stale"});
        rows.add(row(
                "recorded (" + flags(r.recordedFlags()) + ")",
                add(same.stream().map(Registration::recorded).toList()),
                false));
        for (Policy policy : Policy.values()) {
            List<Prediction> predictions = same.stream()
                    .map(x -> x.predictions().get(policy))
                    .filter(p -> p != null)
                    .toList();
            if (!predictions.isEmpty()) {
                rows.add(row(policy.label() + " (" + policy.kernels() + ")", add(predictions), true));
            }
        }
        print(rows, out);
        if (!r.reason().isEmpty()) {
            out.append("  no prediction: ").append(r.reason()).append('\n');
        }
    }

    private static String by(List<Registration> same) {
        Map<String, Integer> names = new TreeMap<>();
        same.forEach(r -> names.merge(
                Printable.of(r.comm() + " " + r.pid(), 40) + " on " + Printable.of(r.host(), 40), 1, Integer::sum));
        String shown = String.join(", ", names.keySet().stream().limit(NAMES).toList());
        return shown + (names.size() > NAMES ? ", and " + (names.size() - NAMES) + " more" : "");
    }

    private static String flags(int flags) {
        if (flags < 0) {
            return "not pinned";
        }
        List<String> names = new ArrayList<>();
        if ((flags & 1) != 0) {
            names.add("WRITE");
        }
        if ((flags & 2) != 0) {
            names.add("FORCE");
        }
        if ((flags & 4) != 0) {
            names.add("LONGTERM");
        }
        return names.isEmpty() ? "no flags" : String.join("|", names);
    }

    private static Prediction add(List<Prediction> all) {
        Map<Pinned, Long> pinned = new TreeMap<>();
        long[] n = new long[5];
        for (Prediction p : all) {
            p.pinned().forEach((kind, pages) -> pinned.merge(kind, pages, Long::sum));
            n[0] += p.faulted();
            n[1] += p.copied();
            n[2] += p.diverged();
            n[3] += p.atStore();
            n[4] += p.afterProtection();
        }
        return new Prediction(all.get(0).error(), pinned, n[0], n[1], n[2], n[3], n[4], 0, 0);
    }

    private static String[] row(String name, Prediction p, boolean predicted) {
        if (p.error() != 0) {
            return new String[] {name, "nothing: " + Errno.name(-p.error()), "", "", ""};
        }
        List<String> kinds = new ArrayList<>();
        p.pinned().forEach((kind, pages) -> kinds.add(kind.counted(pages)));
        return new String[] {
            name, String.join(", ", kinds), number(p.faulted()), number(p.copied()), predicted ? stale(p) : ""
        };
    }

    private static String number(long pages) {
        return pages == 0 ? "-" : Units.count(pages);
    }

    private static String stale(Prediction p) {
        List<String> parts = new ArrayList<>();
        if (p.atStore() > 0) {
            parts.add(Units.count(p.atStore()) + " at the next store");
        }
        if (p.afterProtection() > 0) {
            parts.add(Units.count(p.afterProtection()) + " at a store after mprotect");
        }
        if (p.diverged() > 0) {
            parts.add("(" + Units.count(p.diverged()) + " no longer the file's)");
        }
        return parts.isEmpty() ? "-" : String.join(", ", parts);
    }

    private static void print(List<String[]> rows, Appendable out) throws IOException {
        int[] width = new int[rows.get(0).length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                width[i] = Math.max(width[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder(" ");
            for (int i = 0; i < row.length; i++) {
                String pad = " ".repeat(width[i] - row[i].length());
                boolean number = i == 2 || i == 3;
                line.append(' ').append(number ? pad + row[i] : row[i] + pad).append(' ');
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
    }
}
