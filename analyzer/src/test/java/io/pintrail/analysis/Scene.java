// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import io.pintrail.trace.HostInfo;
import io.pintrail.trace.TraceVisitor;
import java.util.ArrayList;
import java.util.List;

/** Drives an analysis event by event: one process (pid 100, asid 1) whose clock ticks a microsecond per event. */
final class Scene {
    static final int PID = 100;
    static final int ASID = 1;
    static final long ZERO_PFN = 7;
    static final int LOCAL_WRITE = 1;
    static final int REMOTE_READ = 4;
    static final int RW = 7;
    static final int ANON = 1;
    static final int SHMEM = 5;
    static final int PIN_WRITE = 1 | 4 | 8;
    static final int PIN_READ = 4 | 8;
    static final int FAULT = 1;
    static final int ZAP = 2;

    /** A page at a mark. */
    record Row(String mark, int lkey, long page, long pinned, long mapped, Verdict verdict, UnknownReason reason) {}

    final List<Row> rows = new ArrayList<>();
    final Analysis analysis;
    long now = 1_000_000;
    private long nextPin = 1;
    private long nextCall = 1;

    Scene() {
        this(AnalysisOptions.DEFAULT);
    }

    Scene(AnalysisOptions options) {
        this(options, true);
    }

    private Scene(AnalysisOptions options, boolean withRows) {
        MarkListener listener =
                (host, pid, mark, time, state) -> state.forEachPage((p, lkey, va, pinned, mapped, verdict, reason) ->
                        rows.add(new Row(mark, lkey, va >> 12, pinned, mapped, verdict, reason)));
        analysis = new Analysis(options, withRows ? listener : null);
        analysis.host(tick(), 1, 1, new HostInfo("node", "6.1", "x86_64", "ebpf", 0, "1", 12, ZERO_PFN, 0, 0, 64, 2));
        analysis.space(tick(), PID, PID, ASID, "app");
    }

    /** For regions too large to list every page. */
    static Scene withoutRows(AnalysisOptions options) {
        return new Scene(options, false);
    }

    long tick() {
        return now += 1_000;
    }

    /** A healthy region over {@code pages} pages with frames pfn, pfn+1, …; its lkey is {@code 16 * id}. */
    void register(long id, long page, long pages, long pfn, int access) {
        register(id, page << 12, pages << 12, access, PIN_WRITE, 1, pfn, ANON);
    }

    void register(long id, long start, long length, int access, int pinFlags, int step, long pfn, int kind) {
        registerBegin(id, start, length, access);
        umem(id, id, start, length, access, pinFlags, step, pfn, kind);
        registerEnd(id, 0);
    }

    void registerBegin(long id, long start, long length, int access) {
        analysis.registerBegin(tick(), PID, PID, id, ASID, 1, "rxe0", start, length, start, access);
    }

    void registerEnd(long id, int error) {
        analysis.registerEnd(tick(), PID, PID, id, error, (int) id * 16, (int) id * 16);
    }

    void umem(long umem, long region, long start, long length, int access, int flags, int step, long pfn, int kind) {
        umemBegin(umem, region, start, length, access);
        long first = start >> 12;
        long end = (start + length - 1 >> 12) + 1;
        for (long page = first; page < end; page += 512) {
            pin(umem, page, Math.min(512, end - page), step == 0 ? pfn : pfn + page - first, step, flags, kind);
        }
        analysis.umemEnd(tick(), PID, PID, umem, 0);
    }

    void umemBegin(long umem, long region, long start, long length, int access) {
        analysis.umemBegin(tick(), PID, PID, umem, region, ASID, start, length, access);
    }

    void pin(long umem, long page, long pages, long pfn, int step, int flags, int kind) {
        long pin = nextPin++;
        analysis.pinBegin(tick(), PID, PID, pin, umem, ASID, 1, 1, page, pages, flags, 0);
        analysis.pinPages(tick(), PID, PID, pin, page, pages, pfn, step, kind);
        analysis.pinEnd(tick(), PID, PID, pin, pages);
    }

    void deregister(long id) {
        analysis.umemRelease(tick(), PID, PID, id);
        analysis.deregister(tick(), PID, PID, id, 0);
    }

    long call(int number, long... args) {
        long call = nextCall++;
        long[] a = java.util.Arrays.copyOf(args, 6);
        analysis.call(tick(), PID, PID, call, number, a[0], a[1], a[2], a[3], a[4], a[5], 0, 0);
        return call;
    }

    /** madvise(MADV_DONTNEED): announced, then seen to be gone. */
    void dontneed(long page, long pages) {
        zap(call(28, page << 12, pages << 12, 4), 2, page, pages);
    }

    void zap(long call, int reason, long page, long pages) {
        analysis.unmap(tick(), PID, PID, ASID, reason, 0, call, page, pages);
        analysis.map(tick(), PID, PID, ASID, ZAP, call, page, pages, TraceVisitor.NONE, 0, 0);
    }

    void fault(long page, long pages, long pfn) {
        map(FAULT, page, pages, pfn, ANON);
    }

    void map(int cause, long page, long pages, long pfn, int kind) {
        analysis.map(tick(), PID, PID, ASID, cause, 0, page, pages, pfn, 1, kind);
    }

    void protect(long page, long pages, long vmFlags) {
        long call = call(10, page << 12, pages << 12, vmFlags);
        analysis.protect(tick(), PID, PID, ASID, call, page, pages, vmFlags);
    }

    void deviceReads(long region, long page, long pages) {
        for (long p = page; p < page + pages; p++) {
            analysis.access(tick(), 0, 0, region, p << 12, 4096, 0);
        }
    }

    void deviceWrites(long region, long page, long pages) {
        for (long p = page; p < page + pages; p++) {
            analysis.access(tick(), 0, 0, region, p << 12, 4096, 1);
        }
    }

    void mark(String text) {
        analysis.mark(tick(), PID, PID, text);
    }

    /** Verdicts of all pages at a mark, one letter each: O Z S D U and a dot for on-demand paging. */
    String at(String mark) {
        StringBuilder letters = new StringBuilder();
        for (Row row : rows) {
            if (row.mark.equals(mark)) {
                letters.append(
                        row.verdict == Verdict.ODP ? "." : row.verdict.name().substring(0, 1));
            }
        }
        return letters.toString();
    }
}
