// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.RegionSummary.DeviceUse;
import io.pintrail.analysis.RegionSummary.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Builds region summaries. */
final class Summaries {
    private static final DeviceUse UNUSED = new DeviceUse(0, 0, 0, 0, 0, 0, List.of());

    private Summaries() {}

    /** @param block null for a failed registration */
    static RegionSummary of(
            Recording recording, Region region, BlockResult block, int error, OptionalLong deregisteredAt) {
        return new RegionSummary(
                recording.regionId(region),
                recording.index,
                region.pid,
                region.tid,
                region.comm,
                region.device,
                region.holder(),
                region.usesAreSeen(),
                region.lkey,
                region.rkey,
                region.start,
                region.length,
                region.iova,
                region.access,
                error,
                region.found() || error == 0 && region.registrations == 0
                        ? OptionalLong.empty()
                        : OptionalLong.of(region.registeredAt),
                deregisteredAt,
                region.registeredAt,
                origin(region),
                region.endPage() - region.firstPage(),
                block == null ? Map.of() : block.atEnd(),
                block == null ? Map.of() : block.worst(),
                block == null ? UnknownReason.NONE : block.unknownReason(),
                block == null ? new RegionSummary.Provenance(0, 0, 0, 0, 0, 0, 0, 0, Map.of()) : block.provenance(),
                cost(region, block),
                block == null ? new RegionSummary.Contiguity(0, 0, 0) : block.contiguity(),
                block == null ? 0 : block.overlapPages(),
                block == null ? 0 : block.overlapRegions(),
                block == null ? PageMap.EMPTY : block.pageMap(),
                use(region));
    }

    private static Origin origin(Region region) {
        if (!region.beginKnown) {
            return Origin.LOST;
        }
        return region.found() ? region.addressKnown() ? Origin.FOUND : Origin.LISTED : Origin.REGISTERED;
    }

    private static RegionSummary.RegistrationCost cost(Region region, BlockResult block) {
        long total = region.registerNs;
        if (block == null) {
            return new RegionSummary.RegistrationCost(
                    Math.max(0, region.registeredAt - region.beginTime), 0, 0, 0, 0, 0, 0);
        }
        return new RegionSummary.RegistrationCost(
                total,
                block.faultNs(),
                block.pinNs(),
                Math.max(0, total - block.faultNs() - block.pinNs()),
                block.faults(),
                block.pinCalls(),
                region.registrations);
    }

    private static DeviceUse use(Region region) {
        if (region.uses == null) {
            return UNUSED;
        }
        List<DeviceUse.Moment> moments = new ArrayList<>(region.uses.size());
        for (int i = 0; i < region.uses.size(); i++) {
            moments.add(new DeviceUse.Moment(region.uses.timeNs(i), region.uses.value(i)));
        }
        return new DeviceUse(
                region.reads,
                region.writes,
                region.bytesRead,
                region.bytesWritten,
                region.firstUse,
                region.lastUse,
                List.copyOf(moments));
    }
}
