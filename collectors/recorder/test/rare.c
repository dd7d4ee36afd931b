/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rare ways to change a page table under a region: KSM, UFFDIO_MOVE, another process (hole punch, process_madvise, stores
 * through /proc/PID/mem), the huge zero page and its split, compaction, MADV_COLLAPSE, a driver's mmap over a region,
 * shared memory attached over a region and detached, threads that fault while others discard, a pin by io_uring that is
 * no fixed buffer, and a large one that is.
 * A scenario for collectors/lab/run: the trace must agree with the pagemap at every mark, on every kernel.
 */
#include "../../lab/scenarios/lab_hold.h"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES 64
#define RING_PAGES 4 /* a power of two */
#define LARGE_PAGES 1100
#define HUGE_BYTES (2UL << 20)

static void write_to(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);
    if (fd >= 0 && write(fd, text, strlen(text)) < 0)
        lab_say("%s does not take %s", path, text);
    if (fd >= 0)
        close(fd);
}

/* With ftrace some pages are read back: what threads fought over, what drivers map. If they change first they are UNKNOWN. */
static void settle(void)
{
    sleep(1);
}

static void ksm(struct lab *lab)
{
    char *va = lab_map(PAGES);
    memset(va, 7, PAGES * LAB_PAGE);
    lab_register(lab, va, PAGES * LAB_PAGE, LAB_RW);
    madvise(va, PAGES / 2 * LAB_PAGE, MADV_DONTNEED);
    memset(va, 7, PAGES / 2 * LAB_PAGE);
    madvise(va, PAGES * LAB_PAGE, MADV_MERGEABLE);
    lab_mark(lab, "ksm-before");
    write_to("/sys/kernel/mm/ksm/sleep_millisecs", "1");
    write_to("/sys/kernel/mm/ksm/pages_to_scan", "5000");
    write_to("/sys/kernel/mm/ksm/run", "1");
    sleep(3);
    write_to("/sys/kernel/mm/ksm/run", "0");
    lab_mark(lab, "ksm-merged");
    va[0] = 1;
    lab_mark(lab, "ksm-stored");
    write_to("/sys/kernel/mm/ksm/run", "2");
    lab_mark(lab, "ksm-unmerged");
}

#ifndef UFFDIO_MOVE
struct uffdio_move {
    uint64_t dst, src, len, mode;
    int64_t move;
};
#define UFFDIO_MOVE _IOWR(UFFDIO, 0x05, struct uffdio_move)
#endif

static void uffd_move(struct lab *lab)
{
    char *va = lab_map(PAGES), *from = lab_map(PAGES);
    int uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
    struct uffdio_api api = {.api = UFFD_API, .features = 1 << 16};
    if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api)) {
        lab_say("no UFFDIO_MOVE on this kernel");
        return;
    }
    lab_store(va, PAGES);
    lab_store(from, PAGES);
    lab_register(lab, va, PAGES * LAB_PAGE, LAB_RW);
    lab_register(lab, from, PAGES / 4 * LAB_PAGE, LAB_RO);
    madvise(va, PAGES * LAB_PAGE, MADV_DONTNEED);
    struct uffdio_register range = {{(uintptr_t)va, PAGES * LAB_PAGE}, UFFDIO_REGISTER_MODE_MISSING, 0};
    ioctl(uffd, UFFDIO_REGISTER, &range);
    for (int i = 0; i < PAGES; i++) {
        struct uffdio_move move = {(uintptr_t)va + i * LAB_PAGE, (uintptr_t)from + i * LAB_PAGE, LAB_PAGE, 0, 0};
        ioctl(uffd, UFFDIO_MOVE, &move);
    }
    lab_mark(lab, "uffd-moved");
    ioctl(uffd, UFFDIO_UNREGISTER, &range.range);
    close(uffd);
}

/* What a child does to its parent's memory from outside. */
static void foreign(struct lab *lab)
{
    int memfd = memfd_create("foreign", 0);
    if (ftruncate(memfd, PAGES * LAB_PAGE))
        lab_fail("ftruncate");
    char *shared = mmap(NULL, PAGES * LAB_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
    char *private = mmap(NULL, PAGES * LAB_PAGE, PROT_READ, MAP_PRIVATE, memfd, 0);
    lab_store(shared, PAGES);
    lab_register(lab, shared, PAGES * LAB_PAGE, LAB_RW);
    lab_register(lab, private, PAGES / 2 * LAB_PAGE, LAB_RO);
    lab_mark(lab, "foreign-registered");
    pid_t parent = getpid(), child = fork();
    if (!child) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/mem", parent);
        int mem = open(path, O_RDWR);
        for (int i = 0; i < PAGES; i += 3)
            if (pwrite(mem, "x", 1, (uintptr_t)private + i * LAB_PAGE) != 1)
                break;
        fallocate(memfd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 8 * LAB_PAGE, 16 * LAB_PAGE);
        int pidfd = syscall(434, parent, 0);
        struct iovec range = {shared + 32 * LAB_PAGE, 8 * LAB_PAGE};
        syscall(440, pidfd, &range, 1, 21 /* MADV_PAGEOUT */, 0);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    lab_mark(lab, "foreign-changed");
    lab_touch(shared, PAGES);
    lab_touch(private, PAGES);
    lab_mark(lab, "foreign-touched");
}

static void huge_zero(struct lab *lab)
{
    char *area = mmap(NULL, 3 * HUGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *va = (char *)(((uintptr_t)area + HUGE_BYTES - 1) & -HUGE_BYTES);
    madvise(va, HUGE_BYTES, MADV_HUGEPAGE);
    memset(va, 1, HUGE_BYTES);
    lab_register(lab, va + 5 * LAB_PAGE, 400 * LAB_PAGE, LAB_RW);
    madvise(va, HUGE_BYTES, MADV_DONTNEED);
    lab_touch(va, 1);
    lab_mark(lab, "huge-zero-mapped");
    mprotect(va, 9 * LAB_PAGE, PROT_READ);
    lab_mark(lab, "huge-zero-split");
    mprotect(va, 9 * LAB_PAGE, PROT_READ | PROT_WRITE);
    lab_store(va, 100);
    lab_mark(lab, "huge-zero-stored");
    memset(va, 3, HUGE_BYTES);
    madvise(va, HUGE_BYTES, 25 /* MADV_COLLAPSE */);
    lab_mark(lab, "huge-collapsed");
    write_to("/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs", "1");
    write_to("/sys/kernel/mm/transparent_hugepage/khugepaged/alloc_sleep_millisecs", "1");
    sleep(2);
    write_to("/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs", "4294967295");
    sleep(1); /* or it replaces pages between a mark and the reading of the pagemap */
    lab_mark(lab, "huge-khugepaged");
    write_to("/proc/sys/vm/compact_memory", "1");
    lab_mark(lab, "huge-compacted");
}

static void replaced(struct lab *lab)
{
    char *va = lab_map(PAGES);
    lab_store(va, PAGES);
    lab_register(lab, va, PAGES * LAB_PAGE, LAB_RW);
    int mem = open("/dev/zero", O_RDWR);
    mmap(va, 8 * LAB_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED | MAP_POPULATE, mem, 0);
    lab_mark(lab, "replaced-by-dev-zero");
    int device = open("/dev/mem", O_RDWR);
    void *registers = mmap(va + 8 * LAB_PAGE, 4 * LAB_PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, device, 0xa0000 /* VGA */);
    if (registers == MAP_FAILED)
        lab_say("no memory of a device");
    madvise(va + 60 * LAB_PAGE, LAB_PAGE, MADV_DONTNEED); /* the block is looked at again */
    lab_mark(lab, "replaced-by-device");
    settle();
    if (registers != MAP_FAILED)
        munmap(registers, 2 * LAB_PAGE);
    lab_mark(lab, "device-unmapped");
    int id = shmget(IPC_PRIVATE, 16 * LAB_PAGE, 0600 | IPC_CREAT);
    char *at = shmat(id, va + 16 * LAB_PAGE, SHM_REMAP);
    if (at != (void *)-1) {
        lab_store(at, 16);
        lab_mark(lab, "replaced-by-shm");
        shmdt(at);
        lab_mark(lab, "shm-detached");
    }
    shmctl(id, IPC_RMID, NULL);
}

static volatile int stop;
static char *busy;

static void *fault_around(void *seed)
{
    unsigned state = (uintptr_t)seed;
    while (!stop) {
        char *page = busy + rand_r(&state) % PAGES * LAB_PAGE;
        if (rand_r(&state) % 4)
            __atomic_fetch_add((int *)page, 1, __ATOMIC_RELAXED);
        else
            madvise(page, LAB_PAGE, MADV_DONTNEED);
    }
    return NULL;
}

static void contended(struct lab *lab)
{
    pthread_t threads[4];
    busy = lab_map(PAGES);
    lab_register(lab, busy, PAGES * LAB_PAGE, LAB_RW);
    for (int round = 0; round < 6; round++) {
        stop = 0;
        for (uintptr_t i = 0; i < 4; i++)
            pthread_create(&threads[i], NULL, fault_around, (void *)(i + round * 4 + 1));
        usleep(30000);
        stop = 1;
        for (int i = 0; i < 4; i++)
            pthread_join(threads[i], NULL);
        lab_mark(lab, "contended-%d", round);
        settle();
    }
}

/* A pin of io_uring's that is no fixed buffer: nothing but the pin call and the pages' return tells of it. */
static void provided_buffers(struct lab *lab)
{
    struct io_uring_params params = {0};
    int ring = syscall(SYS_io_uring_setup, 4, &params);
    char *va = lab_map(RING_PAGES);
    struct io_uring_buf_reg reg = {.ring_addr = (uintptr_t)va, .ring_entries = RING_PAGES * LAB_PAGE / 16, .bgid = 1};
    lab_store(va, RING_PAGES);
    if (ring < 0 || syscall(SYS_io_uring_register, ring, IORING_REGISTER_PBUF_RING, &reg, 1)) {
        lab_say("no ring of provided buffers on this kernel");
        return;
    }
    lab_hold(lab, va, RING_PAGES * LAB_PAGE, NULL, NULL);
    lab_mark(lab, "ring-registered");
    madvise(va + LAB_PAGE, LAB_PAGE, MADV_DONTNEED);
    lab_store(va + LAB_PAGE, 1);
    lab_mark(lab, "ring-stored");
    reg = (struct io_uring_buf_reg){.bgid = 1};
    if (syscall(SYS_io_uring_register, ring, IORING_UNREGISTER_PBUF_RING, &reg, 1))
        lab_fail("cannot unregister the ring of provided buffers");
    lab_drop(lab, va, NULL);
    sleep(2); /* the kernel may give the pages back after the call */
    lab_map_at(va, RING_PAGES);
    lab_store(va, RING_PAGES);
    lab_mark(lab, "ring-unregistered");
    close(ring);
}

/* More pages than the events of a pin call tell. */
static void large_buffer(struct lab *lab)
{
    char *va = lab_map(LARGE_PAGES);
    size_t length = LARGE_PAGES * LAB_PAGE;
    struct lab_uring *ring = lab_uring_open(lab);
    lab_store(va, LARGE_PAGES);
    lab_uring_register(ring, &va, &length, 1);
    lab_mark(lab, "large-registered");
    madvise(va + (LARGE_PAGES - 8) * LAB_PAGE, 4 * LAB_PAGE, MADV_DONTNEED);
    lab_store(va, LARGE_PAGES);
    lab_mark(lab, "large-stored");
    lab_uring_close(ring);
}

int main(void)
{
    struct lab *lab = lab_open();
    ksm(lab);
    uffd_move(lab);
    foreign(lab);
    huge_zero(lab);
    replaced(lab);
    contended(lab);
    provided_buffers(lab);
    large_buffer(lab);
    lab_mark(lab, "last");
    lab_close(lab);
    return 0;
}
