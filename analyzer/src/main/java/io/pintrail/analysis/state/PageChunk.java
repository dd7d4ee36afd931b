// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.state;

/** Values of the 512 pages of one aligned 2 MiB extent; pages may have no value. */
abstract class PageChunk {
    static final int PAGES = 512;

    /** Sets the values of pages {@code first} … {@code end} − 1. */
    abstract void put(int first, int end, long x, long y, int tag);

    /** Takes the values of pages {@code first} … {@code end} − 1. */
    abstract void clear(int first, int end);

    abstract boolean isEmpty();

    /** Whether any of pages {@code first} … {@code end} − 1 has a tag other than 0. */
    abstract boolean anyTag(int first, int end);

    /**
     * Reads the run or hole that begins at {@code page}, or that it is in.
     *
     * @param end no run read ends behind it
     * @return the page after it, at most {@code end}
     */
    abstract int read(int page, int end, PageRuns.Cursor into);

    /** The form to use from now on, this one or another with the same values. */
    abstract PageChunk better();
}
