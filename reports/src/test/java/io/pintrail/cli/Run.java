// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One run of the command line in this process.
 *
 * @param code exit code
 */
record Run(int code, String out, String err) {
    static Run pintrail(Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return into(out, args).withOut(out);
    }

    /** With standard output going elsewhere. */
    static Run into(OutputStream out, Object... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] texts = Arrays.stream(args).map(Object::toString).toArray(String[]::new);
        int code = Pintrail.run(texts, new Terminal(out, err, false, false));
        return new Run(code, "", err.toString(StandardCharsets.UTF_8));
    }

    private Run withOut(ByteArrayOutputStream bytes) {
        return new Run(code, bytes.toString(StandardCharsets.UTF_8), err);
    }
}
