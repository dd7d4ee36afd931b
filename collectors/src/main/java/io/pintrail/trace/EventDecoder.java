// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/**
 * Turns payload bytes into calls: one method per event kind, the fields in the order of docs/trace-format.md. Nothing
 * is allocated per event.
 */
final class EventDecoder extends HostEventDecoder {
    /**
     * Decodes {@code count} events that fill the range exactly.
     *
     * @param bytes readable for {@link #SLACK} bytes behind the payload
     * @throws MalformedBatchException when they do not; events before the bad one have been delivered
     */
    void decode(byte[] payload, int from, int length, int count, long firstTime, TraceVisitor to) {
        start(payload, from, firstTime, to);
        int payloadEnd = from + length;
        for (int i = 0; i < count; i++) {
            if (at >= payloadEnd) {
                throw new MalformedBatchException("the payload ends after " + i + " of " + count + " events");
            }
            event(payloadEnd);
        }
        if (at != payloadEnd) {
            throw new MalformedBatchException(payloadEnd - at + " bytes follow the last event of a payload");
        }
    }

    /** Decodes one event whose time and pid are absolute. */
    void decodeOne(byte[] payload, int from, int limit, TraceVisitor to) {
        start(payload, from, 0, to);
        event(limit);
    }

    private void start(byte[] payload, int from, long firstTime, TraceVisitor to) {
        bytes = payload;
        at = from;
        time = firstTime;
        pid = 0;
        visitor = to;
    }

    private void event(int payloadEnd) {
        int kind = u8();
        long length = varint();
        if (length < 0 || length > payloadEnd - at) {
            throw new MalformedBatchException("an event of " + Long.toUnsignedString(length)
                    + " bytes in a payload with " + Math.max(0, payloadEnd - at) + " left");
        }
        end = at + (int) length;
        time += svarint();
        pid = s32(pid + svarint());
        tid = s32(pid + svarint());
        fields(kind);
        at = end;
    }

    private void fields(int kind) {
        switch (kind) {
            case Kind.HOST -> host();
            case Kind.CLOCK -> clock();
            case Kind.PROBE -> probe();
            case Kind.LOST -> lost();
            case Kind.MARK -> mark();
            case Kind.SNAPSHOT_BEGIN -> snapshotBegin();
            case Kind.SNAPSHOT -> runs(kind, u32(), 0, 0, varint());
            case Kind.SNAPSHOT_END -> snapshotEnd();
            case Kind.SPACE -> space();
            case Kind.EXEC -> exec();
            case Kind.FORK -> fork();
            case Kind.EXIT -> exit();
            case Kind.SPACE_END -> spaceEnd();
            case Kind.THREAD -> thread();
            case Kind.REGISTER_BEGIN -> registerBegin();
            case Kind.REGISTER_END, Kind.REREGISTER_END -> registerEnd(kind);
            case Kind.REREGISTER_BEGIN -> reregisterBegin();
            case Kind.DEREGISTER -> deregister();
            case Kind.UMEM_BEGIN -> umemBegin();
            case Kind.UMEM_END -> umemEnd();
            case Kind.UMEM_RELEASE -> umemRelease();
            case Kind.PIN_BEGIN -> pinBegin();
            case Kind.PIN_PAGES -> runs(kind, varint(), 0, 0, varint());
            case Kind.BEFORE -> runs(kind, varint(), u8(), 0, varint());
            case Kind.PIN_END -> pinEnd();
            case Kind.UNPIN -> runs(kind, 0, 0, 0, varint());
            case Kind.FAULT -> fault();
            case Kind.MAP -> runs(kind, u32(), u8(), varint(), varint());
            case Kind.UNMAP -> unmap();
            case Kind.MOVE -> move();
            case Kind.PROTECT -> protect();
            case Kind.FORK_COPY -> forkCopy();
            case Kind.CALL -> call();
            case Kind.FRAME -> frame();
            case Kind.DOUBT -> doubt();
            case Kind.AREA -> area();
            case Kind.ACCESS -> access();
            case Kind.ACCESS_LOST -> accessesLost();
            default -> fits(); // a later minor version: its length is all that is needed
        }
    }

    private void registerBegin() {
        long region = varint();
        int asid = u32();
        int method = u32();
        String device = string();
        long start = varint();
        long length = varint();
        long iova = varint();
        int access = u32();
        fits();
        visitor.registerBegin(time, pid, tid, region, asid, method, device, start, length, iova, access);
    }

    private void registerEnd(int kind) {
        long region = varint();
        int error = s32();
        int lkey = u32();
        int rkey = u32();
        fits();
        if (kind == Kind.REGISTER_END) {
            visitor.registerEnd(time, pid, tid, region, error, lkey, rkey);
        } else {
            visitor.reregisterEnd(time, pid, tid, region, error, lkey, rkey);
        }
    }

    private void reregisterBegin() {
        long region = varint();
        int flags = u32();
        long start = varint();
        long length = varint();
        long iova = varint();
        int access = u32();
        fits();
        visitor.reregisterBegin(time, pid, tid, region, flags, start, length, iova, access);
    }

    private void deregister() {
        long region = varint();
        int error = s32();
        fits();
        visitor.deregister(time, pid, tid, region, error);
    }

    private void umemBegin() {
        long umem = varint();
        long region = varint();
        int asid = u32();
        long start = varint();
        long length = varint();
        int access = u32();
        fits();
        visitor.umemBegin(time, pid, tid, umem, region, asid, start, length, access);
    }

    private void umemEnd() {
        long umem = varint();
        int error = s32();
        fits();
        visitor.umemEnd(time, pid, tid, umem, error);
    }

    private void umemRelease() {
        long umem = varint();
        fits();
        visitor.umemRelease(time, pid, tid, umem);
    }

    private void pinBegin() {
        long pin = varint();
        long umem = varint();
        int asid = u32();
        int caller = u8();
        int api = u8();
        long page = varint();
        long pages = varint();
        int flags = u32();
        int rawFlags = u32();
        fits();
        visitor.pinBegin(time, pid, tid, pin, umem, asid, caller, api, page, pages, flags, rawFlags);
    }

    private void pinEnd() {
        long pin = varint();
        long result = svarint();
        fits();
        visitor.pinEnd(time, pid, tid, pin, result);
    }

    private void fault() {
        int asid = u32();
        long page = varint();
        int flags = u32();
        long pin = varint();
        int result = u32();
        long durationNs = varint();
        fits();
        visitor.fault(time, pid, tid, asid, page, flags, pin, result, durationNs);
    }

    private void unmap() {
        int asid = u32();
        int reason = u8();
        int flags = u8();
        long call = varint();
        long page = varint();
        long pages = varint();
        fits();
        visitor.unmap(time, pid, tid, asid, reason, flags, call, page, pages);
    }

    private void move() {
        int asid = u32();
        long call = varint();
        long oldPage = varint();
        long newPage = varint();
        long pages = varint();
        fits();
        visitor.move(time, pid, tid, asid, call, oldPage, newPage, pages);
    }

    private void protect() {
        int asid = u32();
        long call = varint();
        long page = varint();
        long pages = varint();
        long vmFlags = varint();
        fits();
        visitor.protect(time, pid, tid, asid, call, page, pages, vmFlags);
    }

    private void forkCopy() {
        int parentAsid = u32();
        int childAsid = u32();
        long page = varint();
        long pages = varint();
        long call = laterVarint();
        fits();
        visitor.forkCopy(time, pid, tid, parentAsid, childAsid, page, pages, call);
    }

    private void call() {
        long call = varint();
        int number = u32();
        long a0 = varint();
        long a1 = varint();
        long a2 = varint();
        long a3 = varint();
        long a4 = varint();
        long a5 = varint();
        long kernelStack = laterVarint();
        long userStack = laterVarint();
        fits();
        visitor.call(time, pid, tid, call, number, a0, a1, a2, a3, a4, a5, kernelStack, userStack);
    }

    private void frame() {
        long stack = varint();
        int index = u32();
        int frames = u32();
        long address = varint();
        String module = string();
        String buildId = string();
        long moduleOffset = varint();
        String symbol = string();
        long symbolOffset = varint();
        fits();
        visitor.frame(
                time, pid, tid, stack, index, frames, address, module, buildId, moduleOffset, symbol, symbolOffset);
    }

    private void doubt() {
        int asid = u32();
        long page = varint();
        long pages = varint();
        fits();
        visitor.doubt(time, pid, tid, asid, page, pages);
    }

    private void area() {
        long umem = varint();
        long page = varint();
        long pages = varint();
        long vmFlags = varint();
        int backing = u8();
        int traits = u8();
        String fileSystem = string();
        fits();
        visitor.area(time, pid, tid, umem, page, pages, vmFlags, backing, traits, fileSystem);
    }

    private void access() {
        long region = varint();
        long iova = varint();
        long length = varint();
        int direction = u8();
        fits();
        visitor.access(time, pid, tid, region, iova, length, direction);
    }

    private void runs(int kind, long owner, int cause, long call, long firstPage) {
        long page = firstPage;
        long count = varint();
        fits();
        while (count-- != 0) {
            long head = varint();
            long pages = head >>> 2;
            int shape = (int) head & 3;
            long pfn = shape == Runs.NONE ? TraceVisitor.NONE : TraceVisitor.NOT_PRESENT;
            int pageKind = 0;
            if (shape <= Runs.SAME) {
                pfn = varint();
                pageKind = u8();
                if (pfn < 0) {
                    throw new MalformedBatchException("a page frame number beyond 2^63");
                }
            }
            fits();
            if (pages == 0) {
                throw new MalformedBatchException("a run of no pages");
            }
            int step = shape == Runs.CONSECUTIVE ? 1 : 0;
            switch (kind) {
                case Kind.MAP ->
                    visitor.map(time, pid, tid, (int) owner, cause, call, page, pages, pfn, step, pageKind);
                case Kind.PIN_PAGES -> visitor.pinPages(time, pid, tid, owner, page, pages, pfn, step, pageKind);
                case Kind.BEFORE -> visitor.before(time, pid, tid, owner, cause, page, pages, pfn, step, pageKind);
                case Kind.SNAPSHOT -> visitor.snapshot(time, pid, tid, (int) owner, page, pages, pfn, step, pageKind);
                default -> visitor.unpin(time, pid, tid, pages, pfn, step, pageKind);
            }
            page += pages;
        }
    }
}
