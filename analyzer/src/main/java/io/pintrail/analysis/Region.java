// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.analysis.state.Timeline;

/** A memory region from the call that registers it until it is gone. */
final class Region {
    static final int LOCAL_WRITE = 1;
    static final int REMOTE_WRITE = 2;
    static final int REMOTE_ATOMIC = 8;
    static final int ZERO_BASED = 0x20;
    static final int ON_DEMAND = 0x40;

    /**
     * Flags of the method: accesses are not recorded; only keys and length are known; registered before the recording.
     */
    private static final int WITHOUT_ACCESSES = 32;

    static final int WITHOUT_ADDRESS = 64;

    static final int FOUND = 128;

    private static final int USE_BUCKETS = 64;

    final long id;
    final long order;
    final int pid;
    final int tid;
    final String comm;
    final String device;
    /** As in the trace: who pins, and flags. */
    int method;

    long beginTime;
    long start;
    long length;
    long iova;
    int access;
    int lkey;
    int rkey;
    /** Its return, or what first told of the region where that is not in the trace. */
    long registeredAt;
    /** The last (re-)registration. */
    long registerNs;

    int registrations;
    boolean live;
    /** False where the trace has lost what began it, and with it how the device addresses the region. */
    boolean beginKnown = true;

    Umem umem;
    /** Values of a re-registration that has not returned, else null. */
    Reregistration pending;

    /** Result of the block that was released last; null before. */
    BlockResult released;

    long reads;
    long writes;
    long bytesRead;
    long bytesWritten;
    long firstUse;
    long lastUse;
    Timeline uses;
    int findings;
    /** What of it has been told while it lives. */
    long told;
    /** Whether one of them tells of a use by the device. */
    boolean foundUsed;

    /** Writes by the device since a pin that was not made for writing. */
    long mismatchSince;

    long mismatchWrites;
    long mismatchBytes;
    long mismatchFirst;
    long mismatchLast;
    Actor mismatchBy;

    Region(long id, long order, int pid, int tid, String comm, String device) {
        this.id = id;
        this.order = order;
        this.pid = pid;
        this.tid = tid;
        this.comm = comm;
        this.device = device;
    }

    static final class Reregistration {
        long beginTime;
        int flags;
        long start;
        long length;
        long iova;
        int access;
        Umem umem;
    }

    /** Whether it was there before the recording; its times are then those when it was found. */
    boolean found() {
        return (method & FOUND) != 0;
    }

    boolean addressKnown() {
        return (method & WITHOUT_ADDRESS) == 0;
    }

    Holder holder() {
        return Holder.of(method);
    }

    /** Whether the trace tells what the device did with the pages. */
    boolean usesAreSeen() {
        return holder().usesCanBeSeen() && (method & WITHOUT_ACCESSES) == 0;
    }

    /** Of what nobody can see the uses. */
    String unseen() {
        return holder().usesCanBeSeen() ? "this device" : "a " + holder().label();
    }

    /** Its pins are a copy of the moment by design. */
    boolean snapshot() {
        return holder() == Holder.VMSPLICE;
    }

    boolean onDemand() {
        return (access & ON_DEMAND) != 0;
    }

    /** ib_access_writable() in include/rdma/ib_verbs.h, without memory windows. */
    boolean deviceMayWrite() {
        return (access & (LOCAL_WRITE | REMOTE_WRITE | REMOTE_ATOMIC)) != 0;
    }

    long firstPage() {
        return start >>> Pages.SHIFT;
    }

    long endPage() {
        return Pages.end(start, length);
    }

    void used(long time, long bytes, boolean write) {
        if (uses == null) {
            uses = new Timeline(USE_BUCKETS);
            firstUse = time;
        }
        uses.count(time, 1);
        lastUse = Math.max(lastUse, time);
        if (write) {
            writes++;
            bytesWritten += bytes;
            if (mismatchSince != 0 && time >= mismatchSince) {
                mismatchWrites++;
                mismatchBytes += bytes;
                mismatchFirst = mismatchFirst == 0 ? time : mismatchFirst;
                mismatchLast = time;
            }
        } else {
            reads++;
            bytesRead += bytes;
        }
    }
}
