// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.io.IOException;
import java.io.OutputStream;

/** The events about regions and what they were before they were pinned. */
abstract class JsonRegionEventWriter extends JsonHostEventWriter {
    JsonRegionEventWriter(OutputStream out) throws IOException {
        super(out);
    }

    @Override
    public void registerBegin(
            long time,
            int pid,
            int tid,
            long region,
            int asid,
            int method,
            CharSequence device,
            long start,
            long length,
            long iova,
            int access) {
        line(Kind.REGISTER_BEGIN, time, pid, tid);
        number("region", region);
        number("asid", asid & U32);
        number("method", method & U32);
        text("device", device);
        hex("start", start);
        number("length", length);
        hex("iova", iova);
        number("access", access & U32);
        end();
    }

    @Override
    public void registerEnd(long time, int pid, int tid, long region, int error, int lkey, int rkey) {
        line(Kind.REGISTER_END, time, pid, tid);
        number("region", region);
        signed("error", error);
        hex("lkey", lkey & U32);
        hex("rkey", rkey & U32);
        end();
    }

    @Override
    public void reregisterBegin(
            long time, int pid, int tid, long region, int flags, long start, long length, long iova, int access) {
        line(Kind.REREGISTER_BEGIN, time, pid, tid);
        number("region", region);
        number("flags", flags & U32);
        hex("start", start);
        number("length", length);
        hex("iova", iova);
        number("access", access & U32);
        end();
    }

    @Override
    public void reregisterEnd(long time, int pid, int tid, long region, int error, int lkey, int rkey) {
        line(Kind.REREGISTER_END, time, pid, tid);
        number("region", region);
        signed("error", error);
        hex("lkey", lkey & U32);
        hex("rkey", rkey & U32);
        end();
    }

    @Override
    public void deregister(long time, int pid, int tid, long region, int error) {
        line(Kind.DEREGISTER, time, pid, tid);
        number("region", region);
        signed("error", error);
        end();
    }

    @Override
    public void umemBegin(
            long time, int pid, int tid, long umem, long region, int asid, long start, long length, int access) {
        line(Kind.UMEM_BEGIN, time, pid, tid);
        number("umem", umem);
        number("region", region);
        number("asid", asid & U32);
        hex("start", start);
        number("length", length);
        number("access", access & U32);
        end();
    }

    @Override
    public void umemEnd(long time, int pid, int tid, long umem, int error) {
        line(Kind.UMEM_END, time, pid, tid);
        number("umem", umem);
        signed("error", error);
        end();
    }

    @Override
    public void umemRelease(long time, int pid, int tid, long umem) {
        line(Kind.UMEM_RELEASE, time, pid, tid);
        number("umem", umem);
        end();
    }

    @Override
    public void area(
            long time,
            int pid,
            int tid,
            long umem,
            long page,
            long pages,
            long vmFlags,
            int backing,
            int traits,
            CharSequence fileSystem) {
        line(Kind.AREA, time, pid, tid);
        number("umem", umem);
        hex("page", page);
        number("pages", pages);
        hex("vmFlags", vmFlags);
        number("backing", backing);
        number("traits", traits);
        text("fileSystem", fileSystem);
        end();
    }

    @Override
    public void before(
            long time,
            int pid,
            int tid,
            long umem,
            int entry,
            long page,
            long pages,
            long pfn,
            int step,
            int pageKind) {
        line(Kind.BEFORE, time, pid, tid);
        number("umem", umem);
        number("entry", entry);
        hex("page", page);
        number("pages", pages);
        frames(pfn, step, pageKind);
        end();
    }
}
