// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/** Encodes events into a buffer: one method per event kind, the fields in the order of docs/trace-format.md. */
abstract class EventWriter extends HostEventWriter {
    EventWriter(EventBuffer to) {
        super(to);
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
        begin(Kind.REGISTER_BEGIN, time, pid, tid);
        to.varint(region);
        to.u32(asid);
        to.u32(method);
        to.string(device);
        to.varint(start);
        to.varint(length);
        to.varint(iova);
        to.u32(access);
        end();
    }

    @Override
    public void registerEnd(long time, int pid, int tid, long region, int error, int lkey, int rkey) {
        registerEnd(Kind.REGISTER_END, time, pid, tid, region, error, lkey, rkey);
    }

    @Override
    public void reregisterBegin(
            long time, int pid, int tid, long region, int flags, long start, long length, long iova, int access) {
        begin(Kind.REREGISTER_BEGIN, time, pid, tid);
        to.varint(region);
        to.u32(flags);
        to.varint(start);
        to.varint(length);
        to.varint(iova);
        to.u32(access);
        end();
    }

    @Override
    public void reregisterEnd(long time, int pid, int tid, long region, int error, int lkey, int rkey) {
        registerEnd(Kind.REREGISTER_END, time, pid, tid, region, error, lkey, rkey);
    }

    private void registerEnd(int kind, long time, int pid, int tid, long region, int error, int lkey, int rkey) {
        begin(kind, time, pid, tid);
        to.varint(region);
        to.svarint(error);
        to.u32(lkey);
        to.u32(rkey);
        end();
    }

    @Override
    public void deregister(long time, int pid, int tid, long region, int error) {
        begin(Kind.DEREGISTER, time, pid, tid);
        to.varint(region);
        to.svarint(error);
        end();
    }

    @Override
    public void umemBegin(
            long time, int pid, int tid, long umem, long region, int asid, long start, long length, int access) {
        begin(Kind.UMEM_BEGIN, time, pid, tid);
        to.varint(umem);
        to.varint(region);
        to.u32(asid);
        to.varint(start);
        to.varint(length);
        to.u32(access);
        end();
    }

    @Override
    public void umemEnd(long time, int pid, int tid, long umem, int error) {
        begin(Kind.UMEM_END, time, pid, tid);
        to.varint(umem);
        to.svarint(error);
        end();
    }

    @Override
    public void umemRelease(long time, int pid, int tid, long umem) {
        begin(Kind.UMEM_RELEASE, time, pid, tid);
        to.varint(umem);
        end();
    }

    @Override
    public void pinBegin(
            long time,
            int pid,
            int tid,
            long pin,
            long umem,
            int asid,
            int caller,
            int api,
            long page,
            long pages,
            int flags,
            int rawFlags) {
        begin(Kind.PIN_BEGIN, time, pid, tid);
        to.varint(pin);
        to.varint(umem);
        to.u32(asid);
        to.u8(caller);
        to.u8(api);
        to.varint(page);
        to.varint(pages);
        to.u32(flags);
        to.u32(rawFlags);
        end();
    }

    @Override
    public void pinEnd(long time, int pid, int tid, long pin, long result) {
        begin(Kind.PIN_END, time, pid, tid);
        to.varint(pin);
        to.svarint(result);
        end();
    }

    @Override
    public void fault(
            long time, int pid, int tid, int asid, long page, int flags, long pin, int result, long durationNs) {
        begin(Kind.FAULT, time, pid, tid);
        to.u32(asid);
        to.varint(page);
        to.u32(flags);
        to.varint(pin);
        to.u32(result);
        to.varint(durationNs);
        end();
    }

    @Override
    public void unmap(long time, int pid, int tid, int asid, int reason, int flags, long call, long page, long pages) {
        begin(Kind.UNMAP, time, pid, tid);
        to.u32(asid);
        to.u8(reason);
        to.u8(flags);
        to.varint(call);
        to.varint(page);
        to.varint(pages);
        end();
    }

    @Override
    public void move(long time, int pid, int tid, int asid, long call, long oldPage, long newPage, long pages) {
        begin(Kind.MOVE, time, pid, tid);
        to.u32(asid);
        to.varint(call);
        to.varint(oldPage);
        to.varint(newPage);
        to.varint(pages);
        end();
    }

    @Override
    public void protect(long time, int pid, int tid, int asid, long call, long page, long pages, long vmFlags) {
        begin(Kind.PROTECT, time, pid, tid);
        to.u32(asid);
        to.varint(call);
        to.varint(page);
        to.varint(pages);
        to.varint(vmFlags);
        end();
    }

    @Override
    public void forkCopy(long time, int pid, int tid, int parentAsid, int childAsid, long page, long pages, long call) {
        begin(Kind.FORK_COPY, time, pid, tid);
        to.u32(parentAsid);
        to.u32(childAsid);
        to.varint(page);
        to.varint(pages);
        to.varint(call);
        end();
    }

    @Override
    public void call(
            long time,
            int pid,
            int tid,
            long call,
            int number,
            long a0,
            long a1,
            long a2,
            long a3,
            long a4,
            long a5,
            long kernelStack,
            long userStack) {
        begin(Kind.CALL, time, pid, tid);
        to.varint(call);
        to.u32(number);
        to.varint(a0);
        to.varint(a1);
        to.varint(a2);
        to.varint(a3);
        to.varint(a4);
        to.varint(a5);
        to.varint(kernelStack);
        to.varint(userStack);
        end();
    }

    @Override
    public void frame(
            long time,
            int pid,
            int tid,
            long stack,
            int index,
            int frames,
            long address,
            CharSequence module,
            CharSequence buildId,
            long moduleOffset,
            CharSequence symbol,
            long symbolOffset) {
        begin(Kind.FRAME, time, pid, tid);
        to.varint(stack);
        to.u32(index);
        to.u32(frames);
        to.varint(address);
        to.string(module);
        to.string(buildId);
        to.varint(moduleOffset);
        to.string(symbol);
        to.varint(symbolOffset);
        end();
    }

    @Override
    public void doubt(long time, int pid, int tid, int asid, long page, long pages) {
        begin(Kind.DOUBT, time, pid, tid);
        to.u32(asid);
        to.varint(page);
        to.varint(pages);
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
        begin(Kind.AREA, time, pid, tid);
        to.varint(umem);
        to.varint(page);
        to.varint(pages);
        to.varint(vmFlags);
        to.u8(backing);
        to.u8(traits);
        to.string(fileSystem);
        end();
    }

    @Override
    public void access(long time, int pid, int tid, long region, long iova, long length, int direction) {
        begin(Kind.ACCESS, time, pid, tid);
        to.varint(region);
        to.varint(iova);
        to.varint(length);
        to.u8(direction);
        end();
    }
}
