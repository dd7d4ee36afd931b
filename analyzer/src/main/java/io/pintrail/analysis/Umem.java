// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/**
 * An ib_umem: a block of user memory pinned for a region, or for the driver itself ({@code region} null: then only its
 * size counts).
 */
final class Umem {
    /** 2^31 pages: larger blocks are not followed page by page. */
    private static final long MAX_PAGES = 1L << 31;

    final long id;
    final Space space;
    final Region region;
    final long firstPage;
    final long endPage;
    final long beginTime;
    final PinStats pins = new PinStats();
    /** Null where pages are not followed. */
    final PageStates pages;

    boolean complete;
    boolean indexed;
    long overlapPages;
    int overlapRegions;

    Umem(long id, Space space, Region region, long beginTime, long start, long length, boolean pinnedBefore) {
        this.id = id;
        this.space = space;
        this.region = region;
        this.beginTime = beginTime;
        firstPage = start >>> 12;
        endPage = Pages.end(start, length);
        boolean followed = region != null && endPage > firstPage && endPage - firstPage <= MAX_PAGES;
        pages = followed ? new PageStates(firstPage, endPage, pinnedBefore) : null;
    }

    boolean tooLarge() {
        return endPage - firstPage > MAX_PAGES;
    }
}
