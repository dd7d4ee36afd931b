// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.verify;

import java.io.IOException;
import java.nio.file.Path;

/** A CSV file that cannot be used. The message is one line: file, line, reason, what to do. */
public final class CsvException extends IOException {
    CsvException(Path file, long line, String reason, String remedy) {
        super(file + ": " + (line > 0 ? "line " + line + ": " : "") + reason + "; " + remedy);
    }
}
