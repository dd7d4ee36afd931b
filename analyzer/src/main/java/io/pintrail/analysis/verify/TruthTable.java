// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Pagemap truth: CSV {@code mark,pid,lkey,va,pfn,present}, hex without 0x for lkey, va and pfn. Kept as 20 bytes a row.
 *
 * <p>A mark name may occur several times: the rows of one process at one name are cut where a page of a region comes
 * again, and the n-th part belongs to the n-th mark of that name that the process wrote.
 */
public final class TruthTable {
    private static final List<String> HEADER = List.of("mark", "pid", "lkey", "va", "pfn", "present");

    private final Map<String, Map<Integer, List<TruthPages>>> byMark = new LinkedHashMap<>();
    private long rows;

    private TruthTable() {}

    /** @throws CsvException if the file is not such a CSV; the message is for the user */
    public static TruthTable read(Path file) throws IOException {
        TruthTable table = new TruthTable();
        CsvRows.read(file, HEADER, table::add);
        for (Map<Integer, List<TruthPages>> processes : table.byMark.values()) {
            processes.values().forEach(list -> list.forEach(TruthPages::seal));
        }
        return table;
    }

    private void add(CsvRows row) throws CsvException {
        int present = row.decimal(5);
        if (present != 0 && present != 1) {
            throw row.wrong("present is neither 0 nor 1: " + present);
        }
        long pfn = row.hex(4);
        List<TruthPages> parts = byMark.computeIfAbsent(row.text(0), m -> new LinkedHashMap<>())
                .computeIfAbsent(row.decimal(1), p -> new ArrayList<>());
        int lkey = (int) row.hex(2);
        long va = row.hex(3);
        if (parts.isEmpty()
                || !parts.get(parts.size() - 1).add(lkey, va, present == 1 ? pfn : TruthPages.NOT_PRESENT)) {
            TruthPages next = new TruthPages();
            next.add(lkey, va, present == 1 ? pfn : TruthPages.NOT_PRESENT);
            parts.add(next);
        }
        rows++;
    }

    public long rows() {
        return rows;
    }

    /** Parts by pid for a mark name; empty if there are none. */
    Map<Integer, List<TruthPages>> at(String mark) {
        return byMark.getOrDefault(mark, Map.of());
    }

    /** Mark names in order of appearance. */
    public Set<String> marks() {
        return Collections.unmodifiableSet(byMark.keySet());
    }
}
