// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

/**
 * One method per event kind of the trace format (docs/trace-format.md, section 2). Sources drive it, consumers
 * implement it; every method does nothing by default so that a consumer names only what it needs.
 *
 * <p>Common parameters: {@code time} in ns of CLOCK_MONOTONIC, {@code pid}/{@code tid} in the initial pid namespace,
 * {@code page} and {@code pages} in units of 4096-byte pages ({@code va >>> 12}), {@code pfn} a page frame number or
 * {@link #NONE} / {@link #NOT_PRESENT}. Events with several runs arrive as one call per run. {@code CharSequence}
 * arguments are valid only during the call.
 */
public interface TraceVisitor {
    /** In place of a pfn: the page-table entry is empty. */
    long NONE = -1;

    /** In place of a pfn: a swap, migration or marker entry; /proc/PID/pagemap says "not present". */
    long NOT_PRESENT = -2;

    /** A batch with intact checksums starts; its events follow. */
    default void batch(BatchHeader header) {}

    /**
     * Batches {@code firstMissing} … {@code firstMissing + count - 1} of the recording announced last by {@link #batch}
     * never arrived or were damaged; count 0: an unknown number at its end. A gap before a batch is told right after
     * that batch is announced; one for the announced batch itself means that the rest of it could not be decoded.
     */
    default void gap(long firstMissing, long count) {}

    default void host(long time, int pid, int tid, HostInfo host) {}

    default void clock(long time, int pid, int tid, long realtimeNs) {}

    default void probe(
            long time, int pid, int tid, CharSequence event, CharSequence function, int status, CharSequence note) {}

    default void lost(long time, int pid, int tid, int cpu, long count, long sinceNs) {}

    default void mark(long time, int pid, int tid, CharSequence text) {}

    default void snapshotBegin(long time, int pid, int tid, int reason) {}

    default void snapshot(
            long time, int pid, int tid, int asid, long page, long pages, long pfn, int step, int pageKind) {}

    default void snapshotEnd(long time, int pid, int tid) {}

    default void space(long time, int pid, int tid, int asid, CharSequence comm) {}

    default void exec(long time, int pid, int tid, int asid, CharSequence comm, CharSequence file) {}

    default void fork(long time, int pid, int tid, int childPid, int childTid, int childAsid) {}

    default void exit(long time, int pid, int tid, boolean wholeProcess, int code) {}

    default void spaceEnd(long time, int pid, int tid, int asid, long call) {}

    default void thread(long time, int pid, int tid, CharSequence comm) {}

    default void registerBegin(
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
            int access) {}

    default void registerEnd(long time, int pid, int tid, long region, int error, int lkey, int rkey) {}

    default void reregisterBegin(
            long time, int pid, int tid, long region, int flags, long start, long length, long iova, int access) {}

    default void reregisterEnd(long time, int pid, int tid, long region, int error, int lkey, int rkey) {}

    default void deregister(long time, int pid, int tid, long region, int error) {}

    default void umemBegin(
            long time, int pid, int tid, long umem, long region, int asid, long start, long length, int access) {}

    default void umemEnd(long time, int pid, int tid, long umem, int error) {}

    default void umemRelease(long time, int pid, int tid, long umem) {}

    /**
     * A part of an ib_umem's range, before its pages are pinned.
     *
     * @param vmFlags the kernel's VM_* bits
     * @param backing 0 nothing is mapped here, 1 anonymous, 2 shmem, 3 hugetlb, 4 file, 5 other
     * @param traits 1 the file must be told of writes, 2 DAX, 4 untouched 2 MiB get huge pages
     * @param fileSystem name of its type, or empty
     */
    default void area(
            long time,
            int pid,
            int tid,
            long umem,
            long page,
            long pages,
            long vmFlags,
            int backing,
            int traits,
            CharSequence fileSystem) {}

    /** What the page table said of these pages before they were pinned; entry: 1 writable, 2 exclusive, 4 sole. */
    default void before(
            long time,
            int pid,
            int tid,
            long umem,
            int entry,
            long page,
            long pages,
            long pfn,
            int step,
            int pageKind) {}

    default void pinBegin(
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
            int rawFlags) {}

    /** {@code step} 1: frames pfn, pfn+1, …; 0: every page is the same frame. */
    default void pinPages(
            long time, int pid, int tid, long pin, long page, long pages, long pfn, int step, int pageKind) {}

    default void pinEnd(long time, int pid, int tid, long pin, long result) {}

    default void unpin(long time, int pid, int tid, long pages, long pfn, int step, int pageKind) {}

    default void fault(
            long time, int pid, int tid, int asid, long page, int flags, long pin, int result, long durationNs) {}

    /** {@code pfn} may be {@link #NONE} or {@link #NOT_PRESENT} (then step and kind are 0). */
    default void map(
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
            int pageKind) {}

    default void unmap(
            long time, int pid, int tid, int asid, int reason, int flags, long call, long page, long pages) {}

    default void move(long time, int pid, int tid, int asid, long call, long oldPage, long newPage, long pages) {}

    default void protect(long time, int pid, int tid, int asid, long call, long page, long pages, long vmFlags) {}

    default void forkCopy(
            long time, int pid, int tid, int parentAsid, int childAsid, long page, long pages, long call) {}

    /** The stacks are those of {@link #frame} calls that came before; 0: not taken. */
    default void call(
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
            long userStack) {}

    /**
     * One frame of a stack.
     *
     * @param index 0 is the innermost
     * @param frames of the stack in all
     * @param module file name of the mapped ELF file, name of the kernel module, {@code kernel}, or empty
     * @param buildId hexadecimal digits, or empty
     * @param moduleOffset in the module's file, 0 in the kernel
     * @param symbol or empty
     */
    default void frame(
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
            long symbolOffset) {}

    /** From {@code time} on it is not known what the pages map, until they are observed at that time or later. */
    default void doubt(long time, int pid, int tid, int asid, long page, long pages) {}

    default void access(long time, int pid, int tid, long region, long iova, long length, int direction) {}

    /**
     * Accesses of the device between {@code time - sinceNs} and {@code time} are not in the trace; of which regions is
     * not known. Page states are not concerned.
     *
     * @param count how many, at least 1
     * @param sinceNs ns before {@code time}
     */
    default void accessesLost(long time, int pid, int tid, long count, long sinceNs) {}
}
