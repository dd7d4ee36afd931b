// SPDX-License-Identifier: Apache-2.0
package io.pintrail.ship;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.BooleanSupplier;

/** A file that is still being written: at its end it is waited for more, until told that no more comes. */
final class FollowedFile extends FilterInputStream {
    private static final long LOOK_MS = 50;

    private final BooleanSupplier over;

    FollowedFile(InputStream in, BooleanSupplier over) {
        super(in);
        this.over = over;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        while (true) {
            boolean last = over.getAsBoolean();
            int read = in.read(bytes, from, length);
            if (read >= 0 || last) {
                return read;
            }
            try {
                Thread.sleep(LOOK_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return -1;
            }
        }
    }
}
