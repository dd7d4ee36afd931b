// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A region that lives, with the findings of its pages so far. As long as it lives, more pages may join a finding. */
public record LiveRegion(RegionSummary summary, List<Finding> open) {
    static LiveRegion of(Recording recording, Region region) {
        List<Finding> open = new ArrayList<>();
        Umem umem = region.umem;
        boolean followed = umem != null && umem.pages != null && !region.onDemand();
        if (followed && umem.pages.suspicious()) {
            new FindingMaker(recording, region, umem, Losses.FOREVER, (finding, wording) -> open.add(finding)).make();
        }
        if (region.mismatchSince != 0) {
            open.add(AccessMismatch.of(recording, region, OptionalLong.empty(), Losses.FOREVER));
        }
        BlockResult block = BlockResult.of(recording, region, umem);
        return new LiveRegion(Summaries.of(recording, region, block, 0, OptionalLong.empty()), open);
    }
}
