// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes a trace as JSON lines (docs/trace-format.md, section 4): an object a line, batch headers included, so that the
 * .ptl can be made again from it.
 *
 * <p>I/O errors reach the caller of a visitor method as {@link java.io.UncheckedIOException}.
 */
public final class JsonLinesWriter extends JsonRegionEventWriter {
    public JsonLinesWriter(OutputStream out) throws IOException {
        super(out);
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
        line(Kind.PIN_BEGIN, time, pid, tid);
        number("pin", pin);
        number("umem", umem);
        number("asid", asid & U32);
        number("caller", caller & U32);
        number("api", api & U32);
        hex("page", page);
        number("pages", pages);
        number("flags", flags & U32);
        number("rawFlags", rawFlags & U32);
        end();
    }

    @Override
    public void pinPages(
            long time, int pid, int tid, long pin, long page, long pages, long pfn, int step, int pageKind) {
        line(Kind.PIN_PAGES, time, pid, tid);
        number("pin", pin);
        hex("page", page);
        number("pages", pages);
        frames(pfn, step, pageKind);
        end();
    }

    @Override
    public void pinEnd(long time, int pid, int tid, long pin, long result) {
        line(Kind.PIN_END, time, pid, tid);
        number("pin", pin);
        signed("result", result);
        end();
    }

    @Override
    public void unpin(long time, int pid, int tid, long pages, long pfn, int step, int pageKind) {
        line(Kind.UNPIN, time, pid, tid);
        number("pages", pages);
        frames(pfn, step, pageKind);
        end();
    }

    @Override
    public void fault(
            long time, int pid, int tid, int asid, long page, int flags, long pin, int result, long durationNs) {
        line(Kind.FAULT, time, pid, tid);
        number("asid", asid & U32);
        hex("page", page);
        number("flags", flags & U32);
        number("pin", pin);
        number("result", result & U32);
        number("durationNs", durationNs);
        end();
    }

    @Override
    public void map(
            long time,
            int pid,
            int tid,
            int asid,
            int cause,
            long call,
            long page,
            long pages,
            long pfn,
            int step,
            int pageKind) {
        line(Kind.MAP, time, pid, tid);
        number("asid", asid & U32);
        number("cause", cause & U32);
        number("call", call);
        hex("page", page);
        number("pages", pages);
        frames(pfn, step, pageKind);
        end();
    }

    @Override
    public void unmap(long time, int pid, int tid, int asid, int reason, int flags, long call, long page, long pages) {
        line(Kind.UNMAP, time, pid, tid);
        number("asid", asid & U32);
        number("reason", reason & U32);
        number("flags", flags & U32);
        number("call", call);
        hex("page", page);
        number("pages", pages);
        end();
    }

    @Override
    public void move(long time, int pid, int tid, int asid, long call, long oldPage, long newPage, long pages) {
        line(Kind.MOVE, time, pid, tid);
        number("asid", asid & U32);
        number("call", call);
        hex("oldPage", oldPage);
        hex("newPage", newPage);
        number("pages", pages);
        end();
    }

    @Override
    public void protect(long time, int pid, int tid, int asid, long call, long page, long pages, long vmFlags) {
        line(Kind.PROTECT, time, pid, tid);
        number("asid", asid & U32);
        number("call", call);
        hex("page", page);
        number("pages", pages);
        hex("vmFlags", vmFlags);
        end();
    }

    @Override
    public void forkCopy(long time, int pid, int tid, int parentAsid, int childAsid, long page, long pages, long call) {
        line(Kind.FORK_COPY, time, pid, tid);
        number("parentAsid", parentAsid & U32);
        number("childAsid", childAsid & U32);
        hex("page", page);
        number("pages", pages);
        number("call", call);
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
        line(Kind.CALL, time, pid, tid);
        number("call", call);
        number("number", number & U32);
        hex("a0", a0);
        hex("a1", a1);
        hex("a2", a2);
        hex("a3", a3);
        hex("a4", a4);
        hex("a5", a5);
        number("kernelStack", kernelStack);
        number("userStack", userStack);
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
        line(Kind.FRAME, time, pid, tid);
        number("stack", stack);
        number("index", index & U32);
        number("frames", frames & U32);
        hex("address", address);
        text("module", module);
        text("buildId", buildId);
        hex("moduleOffset", moduleOffset);
        text("symbol", symbol);
        number("symbolOffset", symbolOffset);
        end();
    }

    @Override
    public void doubt(long time, int pid, int tid, int asid, long page, long pages) {
        line(Kind.DOUBT, time, pid, tid);
        number("asid", asid & U32);
        hex("page", page);
        number("pages", pages);
        end();
    }

    @Override
    public void access(long time, int pid, int tid, long region, long iova, long length, int direction) {
        line(Kind.ACCESS, time, pid, tid);
        number("region", region);
        hex("iova", iova);
        number("length", length);
        number("direction", direction & U32);
        end();
    }
}
