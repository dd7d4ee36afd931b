// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.verify;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Goes through a CSV file with a fixed header and numbers in it, one row at a time. */
final class CsvRows {
    private final Path file;
    private final List<String> header;
    private CSVRecord row;

    private CsvRows(Path file, List<String> header) {
        this.file = file;
        this.header = header;
    }

    /** Takes each row. */
    interface Taker {
        void take(CsvRows row) throws CsvException;
    }

    static void read(Path file, List<String> header, Taker taker) throws IOException {
        CsvRows rows = new CsvRows(file, header);
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                CSVParser parser = CSVParser.parse(in, CSVFormat.RFC4180)) {
            Iterator<CSVRecord> records = parser.iterator();
            rows.header(records);
            while (records.hasNext()) {
                rows.row = records.next();
                if (rows.row.size() != header.size()) {
                    throw rows.wrong(rows.row.size() + " fields instead of " + header.size());
                }
                taker.take(rows);
            }
        } catch (NoSuchFileException e) {
            throw new CsvException(file, 0, "no such file", "give the CSV file that the scenario wrote");
        } catch (MalformedInputException e) {
            throw new CsvException(file, 0, "not UTF-8 text", "give the CSV file that the scenario wrote");
        } catch (UncheckedIOException | IllegalStateException e) {
            throw rows.wrong("not CSV");
        }
    }

    private void header(Iterator<CSVRecord> records) throws CsvException {
        row = records.hasNext() ? records.next() : null;
        if (row == null || !row.toList().equals(header)) {
            throw new CsvException(
                    file,
                    1,
                    row == null ? "the file is empty" : "the header is not " + String.join(",", header),
                    "give the CSV file that the scenario wrote");
        }
    }

    String text(int column) {
        return row.get(column);
    }

    int decimal(int column) throws CsvException {
        try {
            return Integer.parseInt(row.get(column));
        } catch (NumberFormatException e) {
            throw notANumber(column, "decimal");
        }
    }

    /** Hexadecimal digits without 0x, up to 64 bits. */
    long hex(int column) throws CsvException {
        try {
            return Long.parseUnsignedLong(row.get(column), 16);
        } catch (NumberFormatException e) {
            throw notANumber(column, "hexadecimal");
        }
    }

    private CsvException notANumber(int column, String kind) {
        return wrong(header.get(column) + " is not a " + kind + " number: " + row.get(column));
    }

    CsvException wrong(String reason) {
        if (row == null) {
            return new CsvException(file, 0, reason, "give the CSV file that the scenario wrote");
        }
        return new CsvException(file, row.getRecordNumber(), reason, "correct this line or record again");
    }
}
