// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** Bytes to 4 KiB pages. */
final class Pages {
    static final int SHIFT = 12;

    private Pages() {}

    /** The page after the last one that {@code length} bytes from {@code start} on touch; none for length 0. */
    static long end(long start, long length) {
        return length == 0 ? start >>> SHIFT : (start + length - 1 >>> SHIFT) + 1;
    }
}
