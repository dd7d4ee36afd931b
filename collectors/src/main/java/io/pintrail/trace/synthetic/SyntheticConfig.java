// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace.synthetic;

/**
 * What to make.
 *
 * @param seed same seed and same configuration, same trace to the byte
 * @param hosts each is a recording of its own
 * @param processes per host
 * @param regions per process, all registered at the start and live to the last mark
 * @param pages per region
 * @param scattered no two neighbouring pages have neighbouring frames; otherwise a region is one stretch of frames
 * @param staleFraction of the pages of each region, 0 to 1, that lose their pinned frame
 * @param activity events per region after that: faults and mappings elsewhere, unchanged mappings, device accesses
 * @param teardown deregister everything and end the processes after the last mark
 */
public record SyntheticConfig(
        long seed,
        int hosts,
        int processes,
        int regions,
        long pages,
        boolean scattered,
        double staleFraction,
        long activity,
        boolean teardown) {
    /** One host, 4 processes of 8 regions of 1 MiB in scattered frames, every hundredth page stale. */
    public static final SyntheticConfig SMALL = new SyntheticConfig(1, 1, 4, 8, 256, true, 0.01, 200, false);

    /** Largest region, so that the addresses of a process and all frames stay apart: 4 TiB. */
    public static final long MAX_PAGES = 1L << 30;

    public SyntheticConfig {
        require(hosts >= 1 && hosts <= 1 << 16, "hosts", hosts);
        require(processes >= 1 && processes <= 1 << 15, "processes", processes);
        require(regions >= 1 && regions <= 1 << 15, "regions", regions);
        require(pages >= 1 && pages <= MAX_PAGES, "pages", pages);
        require(activity >= 0, "activity", activity);
        require(pages * processes * regions <= SyntheticMemory.FRAMES, "pages of a host", pages * processes * regions);
        if (!(staleFraction >= 0 && staleFraction <= 1)) {
            throw new IllegalArgumentException("stale fraction " + staleFraction + " is not between 0 and 1");
        }
    }

    private static void require(boolean holds, String what, long value) {
        if (!holds) {
            throw new IllegalArgumentException(what + " out of range: " + value);
        }
    }
}
