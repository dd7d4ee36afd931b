// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace.synthetic;

import io.pintrail.trace.BatchHeader;
import io.pintrail.trace.HostInfo;
import io.pintrail.trace.RecordingId;
import io.pintrail.trace.TraceVisitor;
import io.pintrail.trace.synthetic.SyntheticMemory.Fate;

/**
 * One host's recording: processes start and register their regions (mark {@code pinned}), some pages lose their frames
 * (mark {@code stale}), then life goes on (mark {@code worked}).
 */
final class SyntheticHost {
    /** umem pins in chunks of one page of struct page pointers. */
    private static final int CHUNK = 512;

    private static final int BATCH_EVENTS = 20_000;
    private static final int FIRST_PID = 1000;
    private static final int ACCESS_WRITABLE = 7;

    private final SyntheticConfig config;
    private final RecordingId id;
    private final int host;
    private final SyntheticMemory memory;
    private final TraceVisitor v;
    private long random;
    private long time = 1_000_000_000L;
    private long sequence;
    private int inBatch;
    private long pins;
    private long calls;

    SyntheticHost(SyntheticConfig config, int host, RecordingId id, SyntheticMemory memory, TraceVisitor visitor) {
        this.config = config;
        this.host = host;
        this.id = id;
        this.memory = memory;
        this.v = visitor;
        this.random = config.seed() + host;
    }

    void drive() {
        batch(false);
        begin();
        for (int process = 0; process < config.processes(); process++) {
            v.space(tick(), pid(process), pid(process), asid(process), "synthetic-" + process);
            for (int region = 0; region < config.regions(); region++) {
                register(process, region);
            }
        }
        mark("pinned");
        for (int process = 0; process < config.processes(); process++) {
            for (int region = 0; region < config.regions(); region++) {
                lose(process, region);
            }
        }
        mark("stale");
        long activity = config.activity() * config.processes() * config.regions();
        for (long i = 0; i < activity; i++) {
            live();
        }
        batch(true);
        mark("worked");
        if (config.teardown()) {
            teardown();
        }
    }

    private void begin() {
        HostInfo info = new HostInfo(
                "synthetic-" + host,
                "6.12.0-synthetic",
                "x86_64",
                "synthetic",
                0,
                "synthetic",
                12,
                1,
                0,
                0xffffea0000000000L,
                64,
                8);
        v.host(tick(), 0, 0, info);
        v.clock(tick(), 0, 0, 1_700_000_000_000_000_000L + time);
    }

    private void register(int process, int region) {
        int pid = pid(process);
        long page = memory.firstPage(region);
        long start = page << 12;
        long length = config.pages() << 12;
        long mr = mr(process, region);
        v.registerBegin(tick(), pid, pid, mr, asid(process), 1, "rxe0", start, length, start, ACCESS_WRITABLE);
        v.umemBegin(tick(), pid, pid, mr, mr, asid(process), start, length, ACCESS_WRITABLE);
        for (long done = 0; done < config.pages(); done += CHUNK) {
            pin(process, mr, page, done, Math.min(CHUNK, config.pages() - done));
        }
        v.umemEnd(tick(), pid, pid, mr, 0);
        int key = (int) (mr << 8 | mr * 37 & 0xff);
        v.registerEnd(tick(), pid, pid, mr, 0, key, key);
    }

    private void pin(int process, long mr, long firstPage, long done, long count) {
        int pid = pid(process);
        long pin = ++pins;
        long page = firstPage + done;
        v.pinBegin(tick(), pid, pid, pin, mr, asid(process), 1, 1, page, count, 13, 0x10009);
        long at = tick();
        long number = (mr - 1) * config.pages() + done;
        if (config.scattered()) {
            for (int i = 0; i < count; i++) {
                v.pinPages(at, pid, pid, pin, page + i, 1, memory.pinned(number + i), 1, 1);
            }
        } else {
            v.pinPages(at, pid, pid, pin, page, count, memory.pinned(number), 1, 1);
        }
        v.pinEnd(tick(), pid, pid, pin, count);
        room(config.scattered() ? (int) count + 2 : 3);
    }

    private void lose(int process, int region) {
        long first = (mr(process, region) - 1) * config.pages();
        for (long i = 0; i < config.pages(); i++) {
            Fate fate = memory.fate(first + i);
            if (fate != Fate.KEPT) {
                lose(process, memory.firstPage(region) + i, memory.mapped(first + i), fate);
                room(5);
            }
        }
    }

    private void lose(int process, long page, long frame, Fate fate) {
        int pid = pid(process);
        int asid = asid(process);
        if (fate != Fate.COPIED) {
            long call = ++calls;
            boolean munmap = fate == Fate.UNMAPPED;
            v.call(tick(), pid, pid, call, munmap ? 11 : 28, page << 12, 4096, munmap ? 0 : 4, 0, 0, 0, 0, 0);
            v.unmap(tick(), pid, pid, asid, munmap ? 1 : 2, 0, call, page, 1);
            v.map(tick(), pid, pid, asid, 2, call, page, 1, TraceVisitor.NONE, 0, 0);
        }
        if (fate != Fate.UNMAPPED) {
            v.fault(tick(), pid, pid, asid, page, 1, 0, 0, 900);
            v.map(time, pid, pid, asid, 1, 0, page, 1, frame, 1, 1);
        }
    }

    private void live() {
        long draw = SyntheticMemory.mix(random++);
        int process = (int) ((draw >>> 8 & 0x7fff_ffff) % config.processes());
        int region = (int) ((draw >>> 40) % config.regions());
        int pid = pid(process);
        int asid = asid(process);
        long mr = mr(process, region);
        long i = (SyntheticMemory.mix(draw) >>> 1) % config.pages();
        long page = memory.firstPage(region) + i;
        switch ((int) draw & 7) {
            case 0, 1 -> v.fault(tick(), pid, pid + 1, asid, 0x5_0000_0000L + i, 0, 0, 0, draw >>> 52);
            case 2, 3 -> {
                long frame = memory.mapped((mr - 1) * config.pages() + i);
                int kind = frame == TraceVisitor.NONE ? 0 : 1;
                v.map(tick(), pid, pid, asid, 12, 0, page, 1, frame, kind, kind);
            }
            case 4 -> v.map(tick(), pid, pid, asid, 1, 0, 0x5_0000_0000L + i, 1, draw >>> 28, 1, 1);
            default -> v.access(tick(), pid, pid, mr, page << 12, 4096, (int) draw >>> 3 & 1);
        }
        room(1);
    }

    private void teardown() {
        for (int process = 0; process < config.processes(); process++) {
            int pid = pid(process);
            for (int region = 0; region < config.regions(); region++) {
                long mr = mr(process, region);
                v.umemRelease(tick(), pid, pid, mr);
                v.deregister(tick(), pid, pid, mr, 0);
            }
            v.spaceEnd(tick(), pid, pid, asid(process), 0);
            v.exit(tick(), pid, pid, true, 0);
        }
    }

    private void mark(String text) {
        v.mark(tick(), 1, 1, text);
    }

    /** Starts another batch when so many more events have filled this one. */
    private void room(int events) {
        inBatch += events;
        if (inBatch >= BATCH_EVENTS) {
            batch(false);
        }
    }

    /** Sizes and counts are the writer's to fill in. */
    private void batch(boolean last) {
        inBatch = 0;
        v.batch(new BatchHeader(id, false, sequence == 0, last, 0, 0, sequence, time, time, 0, 0, 0));
        sequence++;
    }

    private long tick() {
        time += 200 + (SyntheticMemory.mix(random++) & 1023);
        return time;
    }

    private long mr(int process, int region) {
        return (long) process * config.regions() + region + 1;
    }

    private static int pid(int process) {
        return FIRST_PID + 10 * process;
    }

    private static int asid(int process) {
        return process + 1;
    }
}
