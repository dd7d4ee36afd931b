// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/**
 * Pin calls of one kind of caller that belong to no region: copies of the moment, counted and not judged. Only those
 * that the recorder saw: with scope <em>pinned</em>, of address spaces with regions.
 *
 * @param host index of the host
 * @param caller as in the trace format: direct I/O, process_vm, …
 * @param verdict SNAPSHOT; UNKNOWN for long-term pins of which no region tells
 * @param calls that have returned or not
 * @param pages returned by them
 * @param zeroPages of these, the shared zero page
 * @param failed calls that returned an error
 */
public record PinUse(int host, String caller, Verdict verdict, long calls, long pages, long zeroPages, long failed) {
    public long bytes() {
        return pages << Pages.SHIFT;
    }
}
