/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What recording costs the recorded: registrations of resident memory and page faults, timed by the thread's own processor
 * time. Prints WORKLOAD,OPERATIONS,CPU_NS,WALL_NS a line. Runs in a guest of the lab; bench/price drives it.
 */
#include "lab.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MIB (1UL << 20)
#define DISCARDS 100 /* the recorder takes 256 stacks in a quarter of a second */

struct span {
    uint64_t cpu, wall;
};

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static struct span now(void)
{
    return (struct span){clock_ns(CLOCK_THREAD_CPUTIME_ID), clock_ns(CLOCK_MONOTONIC)};
}

static void add(struct span *sum, struct span since)
{
    struct span at = now();
    sum->cpu += at.cpu - since.cpu;
    sum->wall += at.wall - since.wall;
}

static void print(const char *workload, unsigned operations, struct span sum)
{
    printf("%s,%u,%llu,%llu\n", workload, operations, (unsigned long long)sum.cpu, (unsigned long long)sum.wall);
    fflush(stdout);
}

static char *resident(size_t bytes, int advice)
{
    char *va = mmap(NULL, bytes + 2 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (va == MAP_FAILED)
        lab_fail("cannot map %zu bytes", bytes);
    va = (char *)(((uintptr_t)va + 2 * MIB - 1) & -(2 * MIB));
    madvise(va, bytes, advice);
    memset(va, 1, bytes);
    return va;
}

static const struct size {
    const char *name;
    size_t bytes;
    int advice;
    unsigned times;
} sizes[] = {
    {"4KiB", LAB_PAGE, MADV_NOHUGEPAGE, 100},
    {"2MiB", 2 * MIB, MADV_NOHUGEPAGE, 20},
    {"256MiB-small-pages", 256 * MIB, MADV_NOHUGEPAGE, 3},
    {"256MiB-huge-pages", 256 * MIB, MADV_HUGEPAGE, 3},
};
#define SIZES (sizeof sizes / sizeof *sizes)

static void registrations(struct lab *lab, const struct size *size, unsigned times)
{
    char *va = resident(size->bytes, size->advice), name[64];
    struct span in = {0}, out = {0};
    lab_deregister(lab, lab_register(lab, va, size->bytes, LAB_RW));
    for (unsigned i = 0; i < times; i++) {
        struct span since = now();
        struct ibv_mr *mr = lab_register(lab, va, size->bytes, LAB_RW);
        add(&in, since);
        since = now();
        lab_deregister(lab, mr);
        add(&out, since);
    }
    snprintf(name, sizeof name, "register-%s", size->name);
    print(name, times, in);
    snprintf(name, sizeof name, "deregister-%s", size->name);
    print(name, times, out);
    munmap(va, size->bytes);
}

static void faults(const char *name, unsigned rounds)
{
    struct span sum = {0};
    size_t pages = 1024;
    for (unsigned i = 0; i <= rounds; i++) {
        char *va = lab_map(pages);
        madvise(va, pages * LAB_PAGE, MADV_NOHUGEPAGE);
        struct span since = now();
        for (size_t page = 0; page < pages; page++)
            *(volatile char *)(va + page * LAB_PAGE) = 1;
        if (i) /* the first round warms up */
            add(&sum, since);
        munmap(va, pages * LAB_PAGE);
    }
    print(name, rounds * pages, sum);
}

static void *sleeps(void *none)
{
    pause();
    return none;
}

/* Faults of this process, which has no pins, while another one has. With a second thread more could happen meanwhile. */
static void faults_elsewhere(unsigned rounds)
{
    int ready[2], end[2];
    char byte;
    if (pipe(ready) || pipe(end))
        lab_fail("no pipes");
    pid_t child = fork();
    if (!child) {
        close(end[1]);
        lab_open();
        if (write(ready[1], "", 1) != 1 || read(end[0], &byte, 1))
            lab_fail("the other process has gone");
        _exit(0);
    }
    if (child < 0 || read(ready[0], &byte, 1) != 1)
        lab_fail("no process with pins");
    faults("fault-pins-elsewhere", rounds);
    pthread_t thread;
    if (pthread_create(&thread, NULL, sleeps, NULL))
        lab_fail("no thread");
    faults("fault-pins-elsewhere-two-threads", rounds);
    pthread_cancel(thread);
    pthread_join(thread, NULL);
    close(end[1]);
    waitpid(child, NULL, 0);
}

/* The recorder tells calls from one place apart by the bytes below their caller: mark is among these. */
__attribute__((noinline)) static int discard(char *page, size_t mark)
{
    volatile size_t below[128] = {mark};
    int error = madvise(page, LAB_PAGE, MADV_DONTNEED);
    return error || below[0] != mark;
}

/*
 * A pinned page is given back and touched again: the recorder takes the stack of the call that made the pin stale, once
 * while it is the same.
 */
static void discards(const char *name, char *page, unsigned times, bool from_one_place)
{
    struct span sum = {0};
    for (unsigned i = 0; i < times; i++) {
        *(volatile char *)page = 1;
        struct span since = now();
        if (discard(page, from_one_place ? 0 : i))
            lab_fail("cannot discard a page");
        add(&sum, since);
    }
    print(name, times, sum);
}

/* price SCALE: everything. price only NAME: one registration of that size, or none, for the size of its trace. */
int main(int argc, char **argv)
{
    bool only = argc > 2;
    unsigned scale = argc == 2 ? strtoul(argv[1], NULL, 10) : 1;
    /* Pins of this process begin with lab_open(), which registers its landing buffer. */
    if (!only) {
        faults("fault-no-pins", 8 * scale);
        faults_elsewhere(8 * scale);
    }
    struct lab *lab = lab_open();
    if (!only) {
        char *va = resident(4 * MIB, MADV_NOHUGEPAGE);
        struct ibv_mr *mr = lab_register(lab, va, 4 * MIB, LAB_RW);
        faults("fault-with-pins", 8 * scale);
        discards("discard-pinned", va, DISCARDS, true);
        discards("discard-pinned-new-stack", va, DISCARDS, false);
        lab_deregister(lab, mr);
    }
    for (const struct size *size = sizes; size < sizes + SIZES; size++) {
        if (!only)
            registrations(lab, size, size->times * scale);
        else if (!strcmp(argv[2], size->name))
            lab_register(lab, resident(size->bytes, size->advice), size->bytes, LAB_RW);
    }
    lab_close(lab);
    return 0;
}
