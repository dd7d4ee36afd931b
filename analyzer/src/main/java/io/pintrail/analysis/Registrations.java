// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.state.IntervalIndex;
import io.pintrail.analysis.state.PageSet;

/** Regions and umems of one recording, from registration to release. */
final class Registrations {
    private static final int REREG_TRANS = 1;
    private static final int REREG_ACCESS = 4;

    private final Recording recording;
    private final PageTables tables;
    private final Results results;
    private final IntervalIndex.Matches<Umem> overlapping = new IntervalIndex.Matches<>();
    /** Regions of which the trace has told; what tells of another has lost the event that should have. */
    private final PageSet begun = new PageSet();

    private long order;

    Registrations(Recording recording, PageTables tables, Results results) {
        this.recording = recording;
        this.tables = tables;
        this.results = results;
    }

    void registerBegin(
            long time,
            int pid,
            int tid,
            long id,
            int method,
            CharSequence device,
            long start,
            long length,
            long iova,
            int access) {
        String comm = recording.names.of(pid, tid);
        Region region = new Region(id, order++, pid, tid, comm, results.intern(device));
        begun.add(id, id + 1);
        region.method = method;
        region.beginTime = time;
        region.start = start;
        region.length = length;
        region.iova = iova;
        region.access = access;
        recording.regions.put(id, region);
    }

    /**
     * The region of that number, null if it is gone or there is none. Where the trace has lost the event that began it,
     * all that is known is that it is there.
     */
    private Region known(long time, int pid, int tid, long id) {
        Region region = recording.regions.get(id);
        if (region == null && id > 0 && id < Long.MAX_VALUE && !begun.contains(id)) {
            registerBegin(time, pid, tid, id, Region.WITHOUT_ADDRESS, "", 0, 0, 0, 0);
            region = recording.regions.get(id);
            region.beginKnown = false;
            region.registeredAt = time;
        }
        return region;
    }

    /**
     * As {@link #known}, by an event that only a registered region has: the end of its registration may be lost too.
     */
    Region registered(long time, int pid, int tid, long id) {
        Region region = known(time, pid, tid, id);
        if (region != null && !region.live) {
            region.live = true;
            region.registeredAt = time;
        }
        return region;
    }

    void registerEnd(long time, int pid, int tid, long id, int error, int lkey, int rkey) {
        Region region = known(time, pid, tid, id);
        if (region == null) {
            return;
        }
        if (error != 0) {
            drop(region.umem, time);
            region.registeredAt = time;
            recording.regions.remove(id);
            results.failed(recording, region, error);
            return;
        }
        region.lkey = lkey;
        region.rkey = rkey;
        region.registeredAt = time;
        region.registrations = 1;
        region.live = true;
        if (!region.found() && region.beginKnown) {
            region.registerNs = time - region.beginTime;
            results.registered(region);
        }
        checkAccess(region, time, pid, tid);
    }

    void reregisterBegin(
            long time, int pid, int tid, long id, int flags, long start, long length, long iova, int access) {
        Region region = registered(time, pid, tid, id);
        if (region != null) {
            Region.Reregistration pending = new Region.Reregistration();
            pending.beginTime = time;
            pending.flags = flags;
            pending.start = start;
            pending.length = length;
            pending.iova = iova;
            pending.access = access;
            region.pending = pending;
        }
    }

    void reregisterEnd(long time, int pid, int tid, long id, int error, int lkey, int rkey) {
        Region region = recording.regions.get(id);
        if (region == null || region.pending == null) {
            return;
        }
        Region.Reregistration pending = region.pending;
        region.pending = null;
        if (error != 0) {
            drop(pending.umem, time);
            return;
        }
        results.reregistered();
        region.registrations++;
        boolean moved = pending.umem != null || (pending.flags & REREG_TRANS) != 0;
        if (moved) {
            region.registerNs = time - pending.beginTime;
        }
        if (moved && region.umem != null) {
            release(region.umem, time);
        }
        if (lkey != 0 || rkey != 0) {
            region.lkey = lkey;
            region.rkey = rkey;
        }
        if ((pending.flags & REREG_ACCESS) != 0) {
            region.access = pending.access;
        }
        if ((pending.flags & REREG_TRANS) != 0) {
            region.start = pending.start;
            region.length = pending.length;
            region.iova = pending.iova;
        }
        if (pending.umem != null) {
            region.umem = pending.umem;
        }
        checkAccess(region, time, pid, tid);
    }

    /** See badad6fad60d ("RDMA: Add ib_umem_check_rereg()"): read-only pins were kept for a region made writable. */
    private void checkAccess(Region region, long time, int pid, int tid) {
        Umem umem = region.umem;
        boolean mismatch = region.deviceMayWrite() && umem != null && umem.pins.calls > 0 && !umem.pins.allForWriting;
        if (mismatch && region.mismatchSince == 0) {
            region.mismatchSince = time;
            region.mismatchBy = recording.actor(pid, tid, 0);
        } else if (!mismatch && region.mismatchSince != 0) {
            results.mismatchEnded(recording, region, time);
        }
    }

    void umemBegin(long time, int pid, int tid, long id, long regionId, int asid, long start, long length, int access) {
        Region region = known(time, pid, tid, regionId);
        if (region != null && !region.addressKnown() && !region.found()) {
            region.method &= ~Region.WITHOUT_ADDRESS;
            region.start = start;
            region.length = length;
            region.access = access;
        }
        Space space = recording.spaces.get(asid);
        if (space == null) {
            space = new Space(asid);
            recording.spaces.put(asid, space);
        }
        boolean pinnedBefore = region != null && region.found() && region.pending == null;
        Umem umem = new Umem(id, space, region, time, start, length, pinnedBefore);
        recording.umems.put(id, umem);
        if (umem.endPage > umem.firstPage) {
            space.blocks.add(umem.firstPage, umem.endPage, umem);
            umem.indexed = true;
        }
        if (region != null && region.pending != null) {
            region.pending.umem = umem;
        } else if (region != null && region.umem == null) {
            region.umem = umem;
        }
    }

    void umemEnd(long time, long id, int error) {
        Umem umem = recording.umems.get(id);
        if (umem == null) {
            return;
        }
        if (error != 0) {
            drop(umem, time);
            return;
        }
        umem.complete = true;
        recording.pinnedChanged(time, pinned(umem));
        overlaps(umem);
    }

    private void overlaps(Umem umem) {
        if (umem.pages == null) {
            return;
        }
        umem.space.blocks.find(umem.firstPage, umem.endPage, overlapping);
        for (int i = 0; i < overlapping.count(); i++) {
            Umem other = overlapping.get(i);
            if (other != umem && other.pages != null) {
                long pages = Math.min(umem.endPage, other.endPage) - Math.max(umem.firstPage, other.firstPage);
                umem.overlapPages += pages;
                umem.overlapRegions++;
            }
        }
    }

    void umemRelease(long time, long id) {
        Umem umem = recording.umems.get(id);
        if (umem != null) {
            release(umem, time);
        }
    }

    void deregister(long time, int pid, int tid, long id, int error) {
        Region region = registered(time, pid, tid, id);
        if (region == null || error != 0) {
            return;
        }
        if (region.umem != null) {
            release(region.umem, time);
        }
        recording.regions.remove(id);
        results.deregistered(recording, region, time);
    }

    /** The pages are unpinned: says what became of them, and forgets them. */
    private void release(Umem umem, long time) {
        Region region = umem.region;
        if (region != null && region.umem == umem) {
            region.released = results.close(recording, region, umem, time);
            region.umem = null;
        }
        drop(umem, time);
    }

    private void drop(Umem umem, long time) {
        if (umem == null || recording.umems.remove(umem.id) == null) {
            return;
        }
        if (umem.complete) {
            recording.pinnedChanged(time, -pinned(umem));
        }
        Region region = umem.region;
        if (region != null && region.umem == umem) {
            region.umem = null;
        }
        if (umem.indexed) {
            umem.space.blocks.remove(umem.firstPage, umem.endPage, umem);
            if (umem.space.blocks.size() == 0 && umem.space.ended()) {
                tables.forget(umem.space.asid);
            }
        }
    }

    private static long pinned(Umem umem) {
        long pages = 0;
        for (long kind : umem.pins.kinds) {
            pages += kind;
        }
        return pages;
    }
}
