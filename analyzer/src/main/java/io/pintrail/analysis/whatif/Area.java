// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.whatif;

import io.pintrail.analysis.PageKind;

/**
 * A mapping of the address space, or a page without one, as AREA events tell of it.
 *
 * @param end page after the last
 * @param flags VM_* of the kernel
 */
record Area(long page, long end, long flags, int backing, int traits, String fileSystem) {
    static final int NONE = 0;
    static final int ANONYMOUS = 1;
    static final int SHMEM = 2;
    static final int HUGETLB = 3;
    static final int FILE = 4;

    private static final int TRACKS_WRITES = 1;
    private static final int DAX = 2;
    private static final int HUGE_PAGES = 4;
    private static final long READ = 0x1;
    private static final long WRITE = 0x2;
    private static final long SHARED = 0x8;
    private static final long MAY_WRITE = 0x20;
    private static final long DONT_COPY = 0x20000;
    private static final long BLOCK = 512;

    boolean readable() {
        return (flags & READ) != 0;
    }

    boolean writable() {
        return (flags & WRITE) != 0;
    }

    /** A store makes a private copy: is_cow_mapping() in include/linux/mm.h. */
    boolean copiesOnWrite() {
        return (flags & (SHARED | MAY_WRITE)) == MAY_WRITE;
    }

    boolean tracksWrites() {
        return backing != ANONYMOUS && (flags & SHARED) != 0 && writable() && (traits & TRACKS_WRITES) != 0;
    }

    boolean dax() {
        return (traits & DAX) != 0;
    }

    /** Whether a page of this kind can be mapped here. */
    boolean holds(PageKind kind) {
        return switch (kind) {
            case ANON, KSM -> backing == ANONYMOUS || isFile() && copiesOnWrite();
            case ANON_THP, HUGE_ZERO -> backing == ANONYMOUS;
            case ZERO -> backing == ANONYMOUS || dax();
            case FILE, SHMEM, FILE_THP -> isFile();
            case HUGETLB -> backing == HUGETLB;
            default -> backing > FILE;
        };
    }

    boolean isFile() {
        return backing == FILE || backing == SHMEM;
    }

    /** MADV_DONTFORK, which ibv_fork_init() uses. */
    boolean keptFromChildren() {
        return (flags & DONT_COPY) != 0;
    }

    /** Whether a first touch of the page, in an empty block, gets all of the 2 MiB around it. */
    boolean hugeAt(long at) {
        long block = at & -BLOCK;
        return (traits & HUGE_PAGES) != 0 && block >= page && block + BLOCK <= end;
    }

    /** First page after {@code at} for which {@link #hugeAt} may differ. */
    long blockEdge(long at) {
        long first = page + BLOCK - 1 & -BLOCK;
        long last = end & -BLOCK;
        return at < first ? first : at < last ? last : Long.MAX_VALUE;
    }

    String describe() {
        String what = switch (backing) {
            case NONE -> "nothing mapped";
            case ANONYMOUS -> "private anonymous memory";
            case SHMEM -> copiesOnWrite() ? "private mapping of shared memory" : "shared memory";
            case HUGETLB -> copiesOnWrite() ? "private hugetlb memory" : "shared hugetlb memory";
            case FILE -> (copiesOnWrite() ? "private" : "shared") + " mapping of a file (" + fileSystem + ")";
            default -> "device or other special memory";
        };
        return backing == NONE || writable() ? what : what + ", write-protected";
    }
}
