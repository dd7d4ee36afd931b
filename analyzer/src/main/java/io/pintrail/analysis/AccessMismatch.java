// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.List;
import java.util.OptionalLong;

/** The finding that a region lets the device write to frames that were pinned for reading. */
final class AccessMismatch {
    private AccessMismatch() {}

    /** @param rereg whether a re-registration made the region writable */
    private record Text(boolean rereg, boolean seen, String unseen) implements Wording {
        @Override
        public String with(Finding.Use use, LostUses lost) {
            return (rereg
                            ? "Re-registration made this region writable for the device"
                            : "This region is writable for the device")
                    + ", but its pages are pinned for reading only: they may be shared (page cache, copy on write),"
                    + " so what the device writes can go to frames the process does not own."
                    + written(use, lost);
        }

        private String written(Finding.Use use, LostUses lost) {
            if (use.used()) {
                return " The device has written since.";
            }
            if (!seen) {
                return " Whether it has written since is not recorded of " + unseen + ".";
            }
            return lost.none()
                    ? " The device has not written since."
                    : " Whether the device has written since cannot be told: " + lost.why();
        }
    }

    /** Null where uses are not followed. */
    static Wording wording(Region region) {
        return region.usesAreSeen() ? text(region) : null;
    }

    private static Text text(Region region) {
        return new Text(region.registrations > 1, region.usesAreSeen(), region.unseen());
    }

    /** @param until when the region is gone, {@link Losses#FOREVER} while it lives */
    static Finding of(Recording recording, Region region, OptionalLong healedAt, long until) {
        long page = region.firstPage();
        long pages = region.endPage() - page;
        LostUses lost = recording.losses().uses(region.mismatchSince, healedAt.orElse(until));
        Finding.Use use = use(region, region.usesAreSeen() && lost.none());
        Actor by = region.mismatchBy;
        return new Finding(
                new FindingId(recording, region, 0).ofMismatch(region.mismatchSince),
                FindingClass.ACCESS_MISMATCH,
                region.registrations > 1 ? Cause.REREGISTER : Cause.PIN,
                use.used() ? Severity.CRITICAL : Severity.WARNING,
                recording.index,
                recording.regionId(region),
                page << Pages.SHIFT,
                pages,
                List.of(new Finding.VaRun(page << Pages.SHIFT, pages)),
                1,
                List.of(),
                region.mismatchSince,
                healedAt,
                by.culprit(),
                null,
                use,
                text(region).with(use, lost),
                "Register the region anew instead of IBV_REREG_MR_CHANGE_ACCESS, or use a kernel with"
                        + " ib_umem_check_rereg() (badad6fad60d).");
    }

    private static Finding.Use use(Region region, boolean complete) {
        return new Finding.Use(
                0,
                region.mismatchWrites,
                region.mismatchBytes,
                region.mismatchFirst,
                region.mismatchWrites == 0 ? 0 : region.mismatchLast,
                complete);
    }
}
