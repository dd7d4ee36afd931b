// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

/** Uses of regions by the device. */
final class DeviceAccess {
    private final Recording recording;
    private final PageTables tables;
    private final Registrations registrations;
    private long accesses;

    DeviceAccess(Recording recording, PageTables tables, Registrations registrations) {
        this.registrations = registrations;
        this.recording = recording;
        this.tables = tables;
    }

    void access(long time, int pid, int tid, long id, long iova, long length, int direction) {
        Region region = registrations.registered(time, pid, tid, id);
        if (region == null || length <= 0) {
            return;
        }
        accesses++;
        boolean write = direction != 0;
        region.used(time, length, write);
        Umem umem = region.umem;
        if (umem == null || umem.pages == null || !region.beginKnown) {
            return;
        }
        long offset = iova - region.iova;
        if (Long.compareUnsigned(offset, region.length) >= 0 && (region.access & Region.ZERO_BASED) != 0) {
            offset = iova;
        }
        if (Long.compareUnsigned(offset, region.length) >= 0) {
            return;
        }
        long first = region.start + offset;
        long end = first + Math.min(length, region.length - offset);
        PageStates states = umem.pages;
        if (first >>> Pages.SHIFT < states.first() || Pages.end(first, end - first) > states.end()) {
            return;
        }
        if (umem.space.ended()) {
            tables.ended(time, umem.space);
            states.detachUsed(time, first >>> Pages.SHIFT, Pages.end(first, end - first), tables);
        }
        states.access(time, first, end, write);
    }

    long accesses() {
        return accesses;
    }
}
