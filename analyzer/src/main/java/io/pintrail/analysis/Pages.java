// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** Bytes to 4 KiB pages. */
final class Pages {
    static final int SHIFT = 12;

    /** No address space has more, five-level page tables included: 2^57 bytes. */
    private static final long MAX_BYTES = 1L << 57;

    private Pages() {}

    /**
     * The page after the last one that {@code length} bytes from {@code start} on touch; none for length 0, and for
     * what fits into no address space.
     */
    static long end(long start, long length) {
        boolean impossible =
                Long.compareUnsigned(length, MAX_BYTES) > 0 || Long.compareUnsigned(start + length, start) < 0;
        return length == 0 || impossible ? start >>> SHIFT : (start + length - 1 >>> SHIFT) + 1;
    }
}
