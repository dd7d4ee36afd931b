// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/** Turns the fields of one JSON line into the call they describe. */
final class JsonEvents {
    private final JsonFields f;
    private final TraceVisitor v;

    JsonEvents(JsonFields fields, TraceVisitor visitor) {
        this.f = fields;
        this.v = visitor;
    }

    /** @throws JsonFields.BadField if a field is missing or does not fit */
    void deliver() {
        String kind = f.text("kind");
        switch (kind) {
            case "BATCH" -> v.batch(batch());
            case "GAP" -> v.gap(f.u64("firstMissing"), f.u64("count"));
            default -> event(kind, f.u64("time"), f.s32("pid"), f.s32("tid"));
        }
    }

    private BatchHeader batch() {
        RecordingId id = new RecordingId(f.hex128("hostId"), f.hex128("bootId"), f.u64("recordingId"));
        return new BatchHeader(
                id,
                f.flag("compressed"),
                f.flag("first"),
                f.flag("last"),
                0,
                0,
                f.u64("sequence"),
                f.u64("firstTime"),
                f.u64("lastTime"),
                f.u32("events"),
                f.u64("lost"),
                0);
    }

    private void event(String kind, long time, int pid, int tid) {
        switch (kind) {
            case "HOST" -> v.host(time, pid, tid, host());
            case "CLOCK" -> v.clock(time, pid, tid, f.s64("realtimeNs"));
            case "PROBE" ->
                v.probe(time, pid, tid, f.text("event"), f.text("function"), f.u8("status"), f.text("note"));
            case "LOST" -> v.lost(time, pid, tid, f.u32("cpu"), f.u64("count"), f.u64("sinceNs"));
            case "ACCESS_LOST" -> v.accessesLost(time, pid, tid, f.u64("count"), f.u64("sinceNs"));
            case "MARK" -> v.mark(time, pid, tid, f.text("text"));
            case "SNAPSHOT_BEGIN" -> v.snapshotBegin(time, pid, tid, f.u8("reason"));
            case "SNAPSHOT" ->
                v.snapshot(
                        time,
                        pid,
                        tid,
                        f.u32("asid"),
                        f.u64("page"),
                        f.u64("pages"),
                        f.frame(),
                        f.step(),
                        f.pageKind());
            case "SNAPSHOT_END" -> v.snapshotEnd(time, pid, tid);
            case "SPACE" -> v.space(time, pid, tid, f.u32("asid"), f.text("comm"));
            case "EXEC" -> v.exec(time, pid, tid, f.u32("asid"), f.text("comm"), f.text("file"));
            case "FORK" -> v.fork(time, pid, tid, f.u32("childPid"), f.u32("childTid"), f.u32("childAsid"));
            case "EXIT" -> v.exit(time, pid, tid, f.flag("wholeProcess"), f.s32("code"));
            case "SPACE_END" -> v.spaceEnd(time, pid, tid, f.u32("asid"), f.laterU64("call"));
            case "THREAD" -> v.thread(time, pid, tid, f.text("comm"));
            default -> regionEvent(kind, time, pid, tid);
        }
    }

    private void regionEvent(String kind, long time, int pid, int tid) {
        switch (kind) {
            case "REGISTER_BEGIN" ->
                v.registerBegin(
                        time,
                        pid,
                        tid,
                        f.u64("region"),
                        f.u32("asid"),
                        f.u32("method"),
                        f.text("device"),
                        f.u64("start"),
                        f.u64("length"),
                        f.u64("iova"),
                        f.u32("access"));
            case "REGISTER_END" ->
                v.registerEnd(time, pid, tid, f.u64("region"), f.s32("error"), f.u32("lkey"), f.u32("rkey"));
            case "REREGISTER_BEGIN" ->
                v.reregisterBegin(
                        time,
                        pid,
                        tid,
                        f.u64("region"),
                        f.u32("flags"),
                        f.u64("start"),
                        f.u64("length"),
                        f.u64("iova"),
                        f.u32("access"));
            case "REREGISTER_END" ->
                v.reregisterEnd(time, pid, tid, f.u64("region"), f.s32("error"), f.u32("lkey"), f.u32("rkey"));
            case "DEREGISTER" -> v.deregister(time, pid, tid, f.u64("region"), f.s32("error"));
            case "UMEM_BEGIN" ->
                v.umemBegin(
                        time,
                        pid,
                        tid,
                        f.u64("umem"),
                        f.u64("region"),
                        f.u32("asid"),
                        f.u64("start"),
                        f.u64("length"),
                        f.u32("access"));
            case "UMEM_END" -> v.umemEnd(time, pid, tid, f.u64("umem"), f.s32("error"));
            case "UMEM_RELEASE" -> v.umemRelease(time, pid, tid, f.u64("umem"));
            default -> pinEvent(kind, time, pid, tid);
        }
    }

    private void pinEvent(String kind, long time, int pid, int tid) {
        switch (kind) {
            case "PIN_BEGIN" ->
                v.pinBegin(
                        time,
                        pid,
                        tid,
                        f.u64("pin"),
                        f.u64("umem"),
                        f.u32("asid"),
                        f.u8("caller"),
                        f.u8("api"),
                        f.u64("page"),
                        f.u64("pages"),
                        f.u32("flags"),
                        f.u32("rawFlags"));
            case "PIN_PAGES" ->
                v.pinPages(
                        time, pid, tid, f.u64("pin"), f.u64("page"), f.u64("pages"), f.frame(), f.step(), f.pageKind());
            case "PIN_END" -> v.pinEnd(time, pid, tid, f.u64("pin"), f.s64("result"));
            case "UNPIN" -> v.unpin(time, pid, tid, f.u64("pages"), f.frame(), f.step(), f.pageKind());
            default -> mappingEvent(kind, time, pid, tid);
        }
    }

    private void mappingEvent(String kind, long time, int pid, int tid) {
        switch (kind) {
            case "FAULT" ->
                v.fault(
                        time,
                        pid,
                        tid,
                        f.u32("asid"),
                        f.u64("page"),
                        f.u32("flags"),
                        f.u64("pin"),
                        f.u32("result"),
                        f.u64("durationNs"));
            case "MAP" ->
                v.map(
                        time,
                        pid,
                        tid,
                        f.u32("asid"),
                        f.u8("cause"),
                        f.u64("call"),
                        f.u64("page"),
                        f.u64("pages"),
                        f.frame(),
                        f.step(),
                        f.pageKind());
            case "UNMAP" ->
                v.unmap(
                        time,
                        pid,
                        tid,
                        f.u32("asid"),
                        f.u8("reason"),
                        f.u8("flags"),
                        f.u64("call"),
                        f.u64("page"),
                        f.u64("pages"));
            case "MOVE" ->
                v.move(
                        time,
                        pid,
                        tid,
                        f.u32("asid"),
                        f.u64("call"),
                        f.u64("oldPage"),
                        f.u64("newPage"),
                        f.u64("pages"));
            case "PROTECT" ->
                v.protect(
                        time, pid, tid, f.u32("asid"), f.u64("call"), f.u64("page"), f.u64("pages"), f.u64("vmFlags"));
            case "FORK_COPY" ->
                v.forkCopy(
                        time,
                        pid,
                        tid,
                        f.u32("parentAsid"),
                        f.u32("childAsid"),
                        f.u64("page"),
                        f.u64("pages"),
                        f.laterU64("call"));
            case "CALL" -> call(time, pid, tid);
            case "FRAME" -> frame(time, pid, tid);
            case "DOUBT" -> v.doubt(time, pid, tid, f.u32("asid"), f.u64("page"), f.u64("pages"));
            case "AREA", "BEFORE" -> stateBefore(kind, time, pid, tid);
            case "ACCESS" ->
                v.access(time, pid, tid, f.u64("region"), f.u64("iova"), f.u64("length"), f.u8("direction"));
            default -> throw new JsonFields.BadField("unknown kind \"" + kind + "\"");
        }
    }

    private void call(long time, int pid, int tid) {
        v.call(
                time,
                pid,
                tid,
                f.u64("call"),
                f.u32("number"),
                f.u64("a0"),
                f.u64("a1"),
                f.u64("a2"),
                f.u64("a3"),
                f.u64("a4"),
                f.u64("a5"),
                f.laterU64("kernelStack"),
                f.laterU64("userStack"));
    }

    private void stateBefore(String kind, long time, int pid, int tid) {
        if (kind.equals("AREA")) {
            v.area(
                    time,
                    pid,
                    tid,
                    f.u64("umem"),
                    f.u64("page"),
                    f.u64("pages"),
                    f.u64("vmFlags"),
                    f.u8("backing"),
                    f.u8("traits"),
                    f.text("fileSystem"));
        } else {
            v.before(
                    time,
                    pid,
                    tid,
                    f.u64("umem"),
                    f.u8("entry"),
                    f.u64("page"),
                    f.u64("pages"),
                    f.frame(),
                    f.step(),
                    f.pageKind());
        }
    }

    private void frame(long time, int pid, int tid) {
        v.frame(
                time,
                pid,
                tid,
                f.u64("stack"),
                f.u32("index"),
                f.u32("frames"),
                f.u64("address"),
                f.text("module"),
                f.text("buildId"),
                f.u64("moduleOffset"),
                f.text("symbol"),
                f.u64("symbolOffset"));
    }

    private HostInfo host() {
        return new HostInfo(
                f.text("hostname"),
                f.text("kernel"),
                f.text("machine"),
                f.text("backend"),
                f.u8("scope"),
                f.text("recorderVersion"),
                f.u32("pageShift"),
                f.u64("zeroPfn"),
                f.u64("hugeZeroPfn"),
                f.u64("vmemmapBase"),
                f.u32("structPageBytes"),
                f.u32("cpus"));
    }
}
