// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.trace.RecordingId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** One recording and the parts that follow its events. */
final class HostAnalysis {
    final Recording recording;
    final PageTables tables;
    final Pins pins;
    final Registrations registrations;
    final DeviceAccess device;
    final Snapshots snapshots;
    final StateView state;

    HostAnalysis(int index, RecordingId id, AnalysisOptions options, Results results) {
        recording = new Recording(index, id, options);
        tables = new PageTables(recording);
        pins = new Pins(recording, tables);
        registrations = new Registrations(recording, tables, results);
        device = new DeviceAccess(recording, tables, registrations);
        snapshots = new Snapshots(recording, tables);
        state = new StateView(recording);
    }

    void finish(MarkListener listener, Results results) {
        snapshots.end();
        recording.finish();
        recording.losses().asOfEnd();
        if (listener != null) {
            listener.at(recording.index, 0, MarkListener.END, recording.lastEvent, state);
        }
        List<Region> left = new ArrayList<>();
        recording.regions.forEachLong((id, region) -> left.add(region));
        left.sort(Comparator.comparingLong(region -> region.order));
        for (Region region : left) {
            // Without its end for a lost event a registration most likely succeeded, or was about to.
            if (!region.live && (!region.beginKnown || recording.losses().lostSince(region.beginTime))) {
                region.live = true;
                region.registeredAt = region.beginTime;
            }
            if (region.live) {
                results.stillLive(recording, region);
            }
        }
        recording.closed.check(results);
    }

    /** Adds the live regions that changed since this was last asked for. */
    void changed(List<LiveRegion> into) {
        List<Region> live = new ArrayList<>();
        recording.regions.forEachLong((id, region) -> {
            if (region.live && region.told != version(region)) {
                live.add(region);
            }
        });
        live.sort(Comparator.comparingLong(region -> region.order));
        for (Region region : live) {
            region.told = version(region);
            into.add(LiveRegion.of(recording, region));
        }
    }

    /** Differs whenever something differs that is told of the region. */
    private long version(Region region) {
        long version = region.reads + region.writes + region.registrations + region.mismatchSince;
        version = version * 31
                + recording.losses().lostEvents()
                + recording.losses().gaps();
        if (region.mismatchSince != 0
                || region.umem != null && region.umem.pages != null && region.umem.pages.suspicious()) {
            version = version * 31 + recording.losses().usesVersion();
        }
        if (region.umem != null) {
            version = version * 31 + region.umem.id;
            version = version * 31 + (region.umem.pages == null ? 0 : region.umem.pages.changes());
        }
        return version;
    }

    /** What happened here, without what {@link Results} counts over all recordings. */
    Counters counters() {
        return new Counters(
                recording.eventCount(),
                recording.losses().lostEvents(),
                recording.losses().gaps(),
                0,
                0,
                0,
                0,
                0,
                pins.pinnedPages(),
                recording.peakPinnedBytes(),
                pins.faultsInPins(),
                device.accesses(),
                pins.others().calls(),
                0);
    }
}
