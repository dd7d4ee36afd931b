// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.List;
import java.util.OptionalLong;

/**
 * A run of neighbouring pages of one region with one class, one cause, one culprit and one answer to whether the device
 * used them afterwards.
 *
 * @param id the same for the same trace, whatever else is analysed with it, and while pages join the finding
 * @param region {@link RegionSummary#id()}
 * @param va first page, bytes
 * @param pages pages of all {@code runs}
 * @param runs one run, except for the last finding of an event that would otherwise make more than
 *     {@link AnalysisOptions#maxFindingsPerEvent()}: it holds the rest, its first 64 runs listed here
 * @param runCount how many runs there are
 * @param pinnedPfns at most 64 runs of the pinned frames, in order of {@code va}
 * @param at ns, when the first page diverged
 * @param protectedBy for copies, who had write-protected the pages, by a call or a fork; null where that is not known
 * @param healedAt ns, when the pages mapped their pinned frames again; empty where they did not
 */
public record Finding(
        String id,
        FindingClass type,
        Cause cause,
        Severity severity,
        int host,
        String region,
        long va,
        long pages,
        List<VaRun> runs,
        long runCount,
        List<PfnRun> pinnedPfns,
        long at,
        OptionalLong healedAt,
        Culprit by,
        Culprit protectedBy,
        Use usedAfter,
        String explanation,
        String remedy) {

    /** The same finding, of whose uses the trace lacks some. */
    Finding lacking(LostUses lost, Wording wording) {
        Use some =
                new Use(usedAfter.reads, usedAfter.writes, usedAfter.bytes, usedAfter.firstNs, usedAfter.lastNs, false);
        return new Finding(
                id,
                type,
                cause,
                severity,
                host,
                region,
                va,
                pages,
                runs,
                runCount,
                pinnedPfns,
                at,
                healedAt,
                by,
                protectedBy,
                some,
                wording.with(some, lost),
                remedy);
    }

    /** Neighbouring pages. */
    public record VaRun(long va, long pages) {}

    /** Frames pfn, pfn+1, …; or, when {@code same}, one frame for all pages. */
    public record PfnRun(long pfn, long pages, boolean same) {}

    /**
     * Who did what parted the pages.
     *
     * @param call like {@code madvise(0x7f1200000000, 8192, MADV_DONTNEED)}; empty where no system call is known
     * @param stack functions of the program, innermost first, like {@code libucs.so ucm_munmap+0x41}; empty where none
     *     was recorded
     * @param kernelStack the same in the kernel
     */
    public record Culprit(int pid, int tid, String comm, String call, List<String> stack, List<String> kernelStack) {}

    /**
     * What the device did with these pages after they diverged.
     *
     * @param bytes overlap of the accesses with these pages
     * @param firstNs 0 where there was no access
     * @param complete whether these are all accesses of that time; false where the trace lacks some, or may, and where
     *     uses are not followed: of holders whose uses are not recorded, and of pages that still map what they pinned
     */
    public record Use(long reads, long writes, long bytes, long firstNs, long lastNs, boolean complete) {
        public static final Use NONE = new Use(0, 0, 0, 0, 0, true);
        public static final Use NONE_KNOWN = new Use(0, 0, 0, 0, 0, false);

        public boolean used() {
            return reads + writes > 0;
        }
    }
}
