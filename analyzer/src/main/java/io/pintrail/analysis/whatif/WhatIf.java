// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis.whatif;

import io.pintrail.trace.BatchHeader;
import io.pintrail.trace.HostInfo;
import io.pintrail.trace.RecordingId;
import io.pintrail.trace.TraceVisitor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * For each registration of the traces that are driven into it: what every policy would have made of it, from the state
 * of its memory before it. Registrations are told when they end; what a recording leaves open is not told.
 */
public final class WhatIf implements TraceVisitor {
    /** IB_ACCESS_LOCAL_WRITE, REMOTE_WRITE, REMOTE_ATOMIC, MW_BIND: ib_access_writable(). */
    private static final int WRITES = 1 | 2 | 8 | 16;

    private static final int ON_DEMAND = 64;
    private static final int VERBS = 2;
    private static final int METHOD_FLAGS = 64 | 128;
    private static final int WITHOUT_ACCESSES = 32;

    /** Of a pin. */
    private static final int WRITE = 1;

    /** FAULT_FLAG_WRITE, FAULT_FLAG_UNSHARE. */
    private static final int COPYING_FAULT = 0x401;

    /** VM_FAULT_RETRY, VM_FAULT_ERROR. */
    private static final int FAILED_FAULT = 0x400 | 0x873;

    /** A map cause. */
    private static final int MIGRATION = 5;

    /** Told of each registration, with its pages. */
    interface Listener {
        void registered(Registration registration, UmemMemory memory);
    }

    private final Map<RecordingId, Recording> recordings = new HashMap<>();
    private final List<Registration> registrations = new ArrayList<>();
    private final Listener listener;
    private Recording recording = recordings.computeIfAbsent(RecordingId.NONE, id -> new Recording());

    /** Keeps every registration. */
    public WhatIf() {
        listener = (registration, memory) -> registrations.add(registration);
    }

    /** Keeps none, but adds each to the totals. */
    public WhatIf(WhatIfTotals totals) {
        this((registration, memory) -> totals.add(registration));
    }

    WhatIf(Listener listener) {
        this.listener = listener;
    }

    /** In order of their ends. */
    public List<Registration> registrations() {
        return registrations;
    }

    @Override
    public void batch(BatchHeader header) {
        recording = recordings.computeIfAbsent(header.id(), id -> new Recording());
    }

    @Override
    public void gap(long firstMissing, long count) {
        recording.lost = true;
    }

    @Override
    public void lost(long time, int pid, int tid, int cpu, long count, long sinceNs) {
        recording.lost = true;
    }

    @Override
    public void host(long time, int pid, int tid, HostInfo host) {
        recording.host = host.hostname();
        recording.kernel = host.kernel();
    }

    @Override
    public void space(long time, int pid, int tid, int asid, CharSequence comm) {
        recording.names.put(pid, comm.toString());
    }

    @Override
    public void exec(long time, int pid, int tid, int asid, CharSequence comm, CharSequence file) {
        recording.names.put(pid, comm.toString());
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
        if ((method & METHOD_FLAGS) == 0 && (method & ~WITHOUT_ACCESSES) <= VERBS && (access & ON_DEMAND) == 0) {
            Recording.Region opened = new Recording.Region();
            opened.device = device.toString();
            opened.access = access;
            recording.regions.put(region, opened);
        }
    }

    @Override
    public void reregisterBegin(
            long time, int pid, int tid, long region, int flags, long start, long length, long iova, int access) {
        if ((access & ON_DEMAND) == 0) {
            Recording.Region opened = new Recording.Region();
            opened.access = access;
            recording.regions.put(region, opened);
        }
    }

    @Override
    public void umemBegin(
            long time, int pid, int tid, long umem, long region, int asid, long start, long length, int access) {
        Recording.Region of = recording.regions.get(region);
        long end = start + length + 0xfff >>> 12;
        if (of == null || end <= start >>> 12) {
            return;
        }
        Recording.Umem opened = new Recording.Umem();
        opened.region = region;
        opened.pid = pid;
        opened.asid = asid;
        opened.start = start;
        opened.length = length;
        opened.access = access;
        boolean unshares = KernelRules.of(recording.kernel)
                .filter(KernelRules::unsharesAnonymous)
                .isPresent();
        opened.memory = new UmemMemory(start >>> 12, end, unshares);
        of.umem = opened;
        recording.umems.put(umem, opened);
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
        Recording.Umem of = recording.umems.get(umem);
        if (of != null) {
            of.memory.area(new Area(page, page + pages, vmFlags, backing, traits, fileSystem.toString()));
        }
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
        Recording.Umem of = recording.umems.get(umem);
        if (of != null) {
            of.memory.before(new Entry(page, page + pages, pfn, step, pageKind, entry));
        }
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
        if (cause == MIGRATION) {
            for (Recording.Umem open : recording.umems.values()) {
                if (open.asid == asid) {
                    open.memory.migrated(new Entry(page, page + pages, pfn, step, pageKind, 0));
                }
            }
        }
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
        Recording.Umem of = recording.umems.get(umem);
        if (of != null) {
            recording.pins.put(pin, of);
            of.flags = of.flags < 0 ? flags : of.flags;
            if ((flags & WRITE) != 0) {
                of.memory.writes();
            }
        }
    }

    @Override
    public void fault(
            long time, int pid, int tid, int asid, long page, int flags, long pin, int result, long durationNs) {
        Recording.Umem of = recording.pins.get(pin);
        if (of != null && (flags & COPYING_FAULT) != 0 && (result & FAILED_FAULT) == 0) {
            of.memory.copied(page);
        }
    }

    @Override
    public void pinPages(
            long time, int pid, int tid, long pin, long page, long pages, long pfn, int step, int pageKind) {
        Recording.Umem of = recording.pins.get(pin);
        if (of != null) {
            of.memory.pinned(new Entry(page, page + pages, pfn, step, pageKind, 0));
        }
    }

    @Override
    public void pinEnd(long time, int pid, int tid, long pin, long result) {
        recording.pins.remove(pin);
    }

    @Override
    public void umemEnd(long time, int pid, int tid, long umem, int error) {
        Recording.Umem of = recording.umems.remove(umem);
        if (of != null) {
            of.error = error;
            of.ended = true;
        }
    }

    @Override
    public void registerEnd(long time, int pid, int tid, long region, int error, int lkey, int rkey) {
        ended(time, region, error, lkey);
    }

    @Override
    public void reregisterEnd(long time, int pid, int tid, long region, int error, int lkey, int rkey) {
        ended(time, region, error, lkey);
    }

    private void ended(long time, long region, int error, int lkey) {
        Recording.Region of = recording.regions.remove(region);
        if (of == null || of.umem == null) {
            return;
        }
        Recording.Umem umem = of.umem;
        UmemMemory memory = umem.memory;
        boolean writable = (of.access & WRITES) != 0;
        Optional<KernelRules> rules = KernelRules.of(recording.kernel);
        String reason = reason(rules, memory);
        int failed = umem.error != 0 ? umem.error : error;
        Registration registration = new Registration(
                recording.host,
                recording.kernel,
                region,
                umem.pid,
                recording.names.getOrDefault(umem.pid, ""),
                of.device,
                time,
                lkey,
                umem.start,
                umem.length,
                memory.endPage - memory.firstPage,
                of.access,
                writable,
                memory.describe(),
                umem.flags,
                memory.recorded(failed),
                reason.isEmpty() ? memory.predictAll(writable, rules.orElseThrow()) : Map.of(),
                reason);
        listener.registered(registration, memory);
    }

    private String reason(Optional<KernelRules> rules, UmemMemory memory) {
        if (rules.isEmpty()) {
            return "the trace does not say which kernel it is of";
        }
        if (memory.wasObserved()) {
            return "";
        }
        return recording.lost
                ? "what the memory was before was lost"
                : "the trace does not say what the memory was before (the eBPF backend does, from version 1.1 on)";
    }
}
