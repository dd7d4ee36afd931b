// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.List;
import java.util.OptionalLong;

/** The finding that a region lets the device write to frames that were pinned for reading. */
final class AccessMismatch {
    private AccessMismatch() {}

    static Finding of(Recording recording, Region region, OptionalLong healedAt) {
        long page = region.firstPage();
        long pages = region.endPage() - page;
        boolean rereg = region.registrations > 1;
        Cause cause = rereg ? Cause.REREGISTER : Cause.PIN;
        Finding.Use use = region.mismatchWrites == 0
                ? Finding.Use.NONE
                : new Finding.Use(
                        0, region.mismatchWrites, region.mismatchBytes, region.mismatchFirst, region.mismatchLast);
        Actor by = region.mismatchBy;
        return new Finding(
                new FindingId(recording, region, 0).ofMismatch(region.mismatchSince),
                FindingClass.ACCESS_MISMATCH,
                cause,
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
                (rereg
                                ? "Re-registration made this region writable for the device"
                                : "This region is writable for the device")
                        + ", but its pages are pinned for reading only: they may be shared (page cache, copy on write),"
                        + " so what the device writes can go to frames the process does not own."
                        + (use.used() ? " The device has written since." : " The device has not written since."),
                "Register the region anew instead of IBV_REREG_MR_CHANGE_ACCESS, or use a kernel with"
                        + " ib_umem_check_rereg() (badad6fad60d).");
    }
}
