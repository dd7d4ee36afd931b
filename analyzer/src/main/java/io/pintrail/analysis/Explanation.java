// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.Finding.Use;

/** Says in words what a finding means. */
final class Explanation implements Wording {
    private final Episode why;
    private final FindingClass type;
    private final long pages;
    private final boolean healed;
    private final boolean zero;
    private final boolean seen;
    private final String unseen;

    /** @param zero the pinned frame is the zero page */
    Explanation(Episode why, FindingClass type, long pages, boolean healed, boolean zero, Region region) {
        this.why = why;
        this.type = type;
        this.pages = pages;
        this.healed = healed;
        this.zero = zero;
        this.seen = region.usesAreSeen();
        this.unseen = region.unseen();
    }

    private String who() {
        return why.by.toString();
    }

    /** Like {@code munmap(0x7f…, 8192) by app (pid 12)}. */
    private String deed() {
        String call = why.by.callText();
        return call.isEmpty() ? who() : call + " by " + who();
    }

    private String either(String ofOne, String ofSeveral) {
        return pages == 1 ? ofOne : ofSeveral;
    }

    private String them() {
        return either("it", "them");
    }

    private String subject() {
        return pages == 1 ? "1 page" : pages + " pages";
    }

    @Override
    public String with(Use use, LostUses lost) {
        if (type == FindingClass.ZERO) {
            return subject()
                    + either(" of this region pins", " of this region pin")
                    + " the shared zero page. The next store by the process gets a page of its"
                    + " own, and the device goes on with zeros.";
        }
        StringBuilder text = new StringBuilder(subject());
        text.append(' ').append(cause()).append(' ');
        if (type == FindingClass.STALE) {
            text.append(
                    either("The process now has another frame at this address", "The process now has other frames"));
            text.append("; the device still uses ").append(either("the pinned one.", "the pinned ones."));
        } else if (why.cause != Cause.EXIT) {
            text.append("Nothing has been mapped there since; the device still uses the pinned frames.");
        }
        if (zero) {
            text.append(" The pinned frame is the shared zero page.");
        }
        text.append(used(use, lost));
        if (healed) {
            text.append(" Later the process mapped the pinned frames there again.");
        }
        return text.toString();
    }

    private String cause() {
        return switch (why.cause) {
            case COW ->
                either("got replaced by a private copy", "got replaced by private copies")
                        + " at a store (" + deed() + protection() + "): the kernel copied although "
                        + either("the page was", "the pages were") + " pinned.";
            case FORK ->
                either("got replaced by a private copy", "got replaced by private copies") + " at a store (" + deed()
                        + protection() + ").";
            case PIN ->
                either("got replaced by a private copy", "got replaced by private copies") + " at a store (" + deed()
                        + "): pinned for reading only, "
                        + either("it was a page", "they were pages") + " that the process shared.";
            case UNMAP -> "got unmapped while the region pinned " + them() + ": " + deed() + '.';
            case MOVE ->
                "moved to another address, or made room for moved ones, while the region pinned " + them() + ": "
                        + deed() + '.';
            case FILE ->
                either("lost its", "lost their") + " place in the file (truncated, punched or invalidated): " + deed()
                        + '.';
            case RECLAIM -> "got unmapped by reclaim.";
            case MIGRATION -> "got unmapped or replaced by page migration.";
            case COLLAPSE -> "got replaced when the kernel collapsed " + them() + " into a huge page.";
            case KSM -> "got replaced by same-page merging.";
            case USERFAULTFD -> "got replaced through userfaultfd: " + deed() + '.';
            case EARLIER ->
                either("was another page", "were other pages") + " than the pinned " + either("one", "ones")
                        + " when the recording began to look: what parted " + them()
                        + " happened at or before that time.";
            case EXIT ->
                either("belongs", "belong") + " to an address space that has ended; the region was still registered.";
            default -> "changed for a reason the trace does not tell, seen at " + deed() + '.';
        };
    }

    private String protection() {
        return why.protection == null ? "" : "; " + why.protection + " had write-protected " + them();
    }

    private String used(Use use, LostUses lost) {
        if (!use.used() && !seen) {
            return " Whether " + either("it was", "they were") + " used since is not recorded of " + unseen + ".";
        }
        if (!use.used() && !lost.none()) {
            return " Whether the device has used " + them() + " since cannot be told: " + lost.why();
        }
        if (!use.used()) {
            return " The device has not used " + them() + " since.";
        }
        String least = use.complete() ? "" : "at least ";
        StringBuilder text = new StringBuilder(" Since then the device ");
        if (use.reads() > 0) {
            text.append("read ").append(them()).append(' ').append(least).append(times(use.reads()));
            text.append(type == FindingClass.STALE ? ", getting data the process no longer has there" : "");
        }
        if (use.writes() > 0) {
            text.append(use.reads() > 0 ? ", and " : "")
                    .append("wrote ")
                    .append(them())
                    .append(' ')
                    .append(least)
                    .append(times(use.writes()));
            text.append(", which the process will not see there");
        }
        return text.append('.').toString();
    }

    private static String times(long count) {
        return count == 1 ? "once" : count == 2 ? "twice" : count + " times";
    }
}
