// SPDX-License-Identifier: Apache-2.0
package io.pintrail.report;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** CSV that people open in a spreadsheet: RFC 4180 with line feeds, and no cell from a trace that runs as a formula. */
final class SpreadsheetCsv {
    /** A column and where its cells come from; text is neutralised, numbers stand as they are. */
    record Column<T>(String name, Function<T, Object> cell) {}

    private SpreadsheetCsv() {}

    static <T> void write(OutputStream out, List<Column<T>> columns, List<T> rows) throws IOException {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setRecordSeparator("\n")
                .setHeader(columns.stream().map(Column::name).toArray(String[]::new))
                .get();
        CSVPrinter csv = format.print(new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8)));
        for (T row : rows) {
            for (Column<T> column : columns) {
                Object cell = column.cell.apply(row);
                csv.print(cell instanceof Number ? cell : neutral(cell.toString()));
            }
            csv.println();
        }
        csv.flush();
    }

    /** An apostrophe before what a spreadsheet would take as a formula (OWASP, CSV injection). */
    private static String neutral(String text) {
        return text.isEmpty() || "=+-@\t\r\n".indexOf(text.charAt(0)) < 0 ? text : "'" + text;
    }
}
