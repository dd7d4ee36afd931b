// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** Says what to do about a finding. */
final class Remedy {
    private Remedy() {}

    static String of(FindingClass type, Cause cause, boolean healed) {
        String advice = type == FindingClass.ZERO
                ? "Store to the buffer before registering it, or use a kernel from 6.2 on."
                : against(cause);
        return healed ? advice + " Data transferred meanwhile is suspect." : advice;
    }

    private static String against(Cause cause) {
        return switch (cause) {
            case COW ->
                "Before kernel 5.19 a write-protected page is copied even while it is pinned: do not write-protect"
                        + " registered memory (mprotect, userfaultfd), or deregister before and register after.";
            case FORK ->
                "Call ibv_fork_init() or mark the buffer MADV_DONTFORK; from 5.9 on the kernel copies pinned"
                        + " pages for the child instead.";
            case PIN ->
                "Store to the buffer before it is pinned, or use a kernel from 6.2 on, which makes the copy first.";
            case UNMAP ->
                "Deregister before unmapping or discarding. Where a registration cache holds the region, its"
                        + " memory hooks or userfaultfd monitor missed this call: fix that, or turn the cache off.";
            case MOVE -> "Deregister before mremap and register the new address.";
            case FILE -> "Do not shrink or punch a file whose pages are registered; deregister first.";
            case EXIT -> "Stop the peer before the process ends, or invalidate the remote key.";
            case COLLAPSE, KSM, MIGRATION, RECLAIM ->
                "The kernel should leave pinned pages alone: check that the pin"
                        + " was made with FOLL_LONGTERM, and report this with the kernel version.";
            case USERFAULTFD -> "Deregister before the monitor replaces pages, and register after.";
            case EARLIER ->
                "Record from before the regions are registered to see what did it; most often a registration cache"
                        + " has missed an munmap or madvise.";
            default -> "Look at the events around this time: pintrail convert TRACE TRACE.jsonl.";
        };
    }
}
