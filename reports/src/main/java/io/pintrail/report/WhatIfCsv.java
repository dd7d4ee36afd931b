// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import io.pintrail.analysis.whatif.Pinned;
import io.pintrail.analysis.whatif.Policy;
import io.pintrail.analysis.whatif.Prediction;
import io.pintrail.analysis.whatif.Registration;
import io.pintrail.report.SpreadsheetCsv.Column;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** {@code pintrail whatif --csv}: a row for each registration and policy, and one for what was recorded. */
public final class WhatIfCsv {
    private record Row(Registration of, String policy, Prediction p, boolean predicted) {}

    private WhatIfCsv() {}

    public static void write(List<Registration> registrations, OutputStream out) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (Registration r : registrations) {
            rows.add(new Row(r, "recorded", r.recorded(), false));
            for (Policy policy : Policy.values()) {
                if (r.predictions().containsKey(policy)) {
                    rows.add(new Row(r, policy.label(), r.predictions().get(policy), true));
                }
            }
        }
        SpreadsheetCsv.write(out, columns(), rows);
    }

    private static List<Column<Row>> columns() {
        List<Column<Row>> columns = new ArrayList<>(List.of(
                new Column<>("host", row -> row.of().host()),
                new Column<>("pid", row -> row.of().pid()),
                new Column<>("region", row -> row.of().region()),
                new Column<>("lkey", row -> Integer.toHexString(row.of().lkey())),
                new Column<>("va", row -> Long.toHexString(row.of().va())),
                new Column<>("pages", row -> row.of().pages()),
                new Column<>("writable", row -> row.of().writable() ? "yes" : "no"),
                new Column<>("policy", Row::policy),
                new Column<>("error", row -> row.p().error())));
        for (Pinned kind : Pinned.values()) {
            columns.add(new Column<>(kind.key(), row -> row.p().pinned().getOrDefault(kind, 0L)));
        }
        columns.add(new Column<>("faulted", row -> row.p().faulted()));
        columns.add(new Column<>("copied", row -> row.p().copied()));
        columns.add(new Column<>("diverged", row -> row.p().diverged()));
        columns.add(new Column<>("at_store", row -> row.predicted() ? row.p().atStore() : ""));
        columns.add(new Column<>(
                "after_protection", row -> row.predicted() ? row.p().afterProtection() : ""));
        columns.add(new Column<>("memory", row -> row.of().memory()));
        return columns;
    }
}
