/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One region over areas of every kind that lie side by side - anonymous, memfd, file, System V, /dev/zero, without reserve -
 * and calls that go through all of them at once: discard, protect, MADV_FREE and reclaim, punch, truncate, fork, a
 * move of several areas (one call from 6.17 on), guard pages (6.13). Then the same with all that a program has without asking
 * for it: data, bss, stacks, and what threads own. Last, processes that are gone before anybody could look at their pages,
 * whose frames are somebody else's at once.
 * Expected on every kernel: every page agrees with the pagemap, wherever it lies.
 */
#include "lab.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#define MADV_GUARD_REMOVE 103
#endif
#define PART 8UL
#define PARTS 9UL
#define PAGES (PART * PARTS)
#define SHORT_LIVED 4
#define REUSED 4000

static int memfd, file;

static int file_at(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    unlink(path);
    if (fd < 0 || ftruncate(fd, PAGES * LAB_PAGE))
        lab_fail("no file %s", path);
    return fd;
}

static void map(char *va, size_t part, int flags, int fd)
{
    if (mmap(va + part * PART * LAB_PAGE, PART * LAB_PAGE, PROT_READ | PROT_WRITE, flags | MAP_FIXED, fd,
             fd < 0 ? 0 : part * PART * LAB_PAGE) == MAP_FAILED)
        lab_fail("part %zu cannot be mapped", part);
}

static char *reserve(void)
{
    char *va = mmap(NULL, PAGES * LAB_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (va == MAP_FAILED)
        lab_fail("cannot reserve addresses");
    return va;
}

static void attach_shm(char *at)
{
    int id = shmget(IPC_PRIVATE, PART * LAB_PAGE, 0600 | IPC_CREAT);
    if (shmat(id, at, SHM_REMAP) != at)
        lab_fail("shmat");
    shmctl(id, IPC_RMID, NULL);
}

static char *map_all(void)
{
    char *va = reserve();
    int zero = open("/dev/zero", O_RDWR | O_CLOEXEC);
    memfd = memfd_create("many-areas", MFD_CLOEXEC);
    file = file_at("/ram/many-areas");
    if (memfd < 0 || ftruncate(memfd, PAGES * LAB_PAGE))
        lab_fail("memfd");
    map(va, 0, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    map(va, 1, MAP_SHARED, memfd);
    map(va, 2, MAP_PRIVATE, memfd);
    map(va, 3, MAP_SHARED, file_at("/dev/shm/many-areas"));
    map(va, 4, MAP_PRIVATE, file);
    map(va, 5, MAP_SHARED | MAP_ANONYMOUS, -1);
    map(va, 6, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
    attach_shm(va + 7 * PART * LAB_PAGE);
    map(va, 8, MAP_PRIVATE, zero);
    return va;
}

static void discard_and_protect(struct lab *lab, char *va)
{
    size_t bytes = PAGES * LAB_PAGE;
    madvise(va, bytes, MADV_DONTNEED);
    lab_mark(lab, "discarded");
    lab_touch(va, PAGES);
    lab_mark(lab, "read");
    lab_store(va, PAGES);
    lab_mark(lab, "stored");
    mprotect(va, bytes, PROT_NONE);
    lab_mark(lab, "protected");
    mprotect(va, bytes, PROT_READ | PROT_WRITE);
    lab_store(va, PAGES);
    lab_mark(lab, "unprotected");
    /* Of an area that it is not for the call says so, and stops there. */
    for (size_t part = 0; part < PARTS; part++)
        madvise(va + part * PART * LAB_PAGE, PART * LAB_PAGE, MADV_FREE);
    madvise(va, bytes, MADV_PAGEOUT);
    lab_mark(lab, "freed");
    lab_touch(va, PAGES);
    lab_mark(lab, "freed-read");
}

static void punch_and_cut(struct lab *lab, char *va)
{
    lab_store(va, PAGES);
    for (size_t part = 0; part < PARTS; part += 3)
        madvise(va + part * PART * LAB_PAGE, PART * LAB_PAGE, MADV_REMOVE);
    lab_mark(lab, "punched");
    lab_store(va, PAGES);
    pid_t child = fork();
    if (!child) {
        lab_store(va, PAGES);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    lab_store(va, PAGES);
    lab_mark(lab, "forked");
    if (ftruncate(file, 0) || ftruncate(memfd, 20 * LAB_PAGE))
        lab_fail("ftruncate");
    lab_mark(lab, "cut");
    if (ftruncate(file, PAGES * LAB_PAGE) || ftruncate(memfd, PAGES * LAB_PAGE))
        lab_fail("ftruncate");
    lab_touch(va, PAGES);
    lab_mark(lab, "cut-read");
}

static void move_and_guard(struct lab *lab, char *va)
{
    char *there = reserve();
    size_t bytes = PAGES * LAB_PAGE, part_bytes = PART * LAB_PAGE;
    if (mremap(va, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, there) == MAP_FAILED)
        for (size_t part = 0; part < PARTS; part++)
            mremap(va + part * part_bytes, part_bytes, part_bytes, MREMAP_MAYMOVE | MREMAP_FIXED, there + part * part_bytes);
    lab_mark(lab, "moved");
    for (size_t part = 0; part < PARTS; part++)
        mremap(there + part * part_bytes, part_bytes, part_bytes, MREMAP_MAYMOVE | MREMAP_FIXED,
               va + (PARTS - 1 - part) * part_bytes);
    lab_mark(lab, "moved-back-in-reverse");
    if (madvise(va, bytes, MADV_GUARD_INSTALL))
        lab_say("no guard pages here, or not for all of it");
    lab_mark(lab, "guarded");
    madvise(va, bytes, MADV_GUARD_REMOVE);
    lab_store(va, PAGES);
    lab_mark(lab, "unguarded");
}

static char data[12 * 4096] = {1};
static char bss[12 * 4096];
static __thread char own[6 * 4096];

static void *on_thread(void *lab)
{
    volatile char stack[6 * 4096];
    memset((char *)stack, 1, sizeof stack);
    struct ibv_mr *mrs[] = {lab_register(lab, (char *)stack + 5, sizeof stack - 9, LAB_RW),
                            lab_register(lab, own, sizeof own, LAB_RW)};
    pid_t child = fork();
    if (!child) {
        memset((char *)stack, 2, sizeof stack);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    memset((char *)stack, 3, sizeof stack);
    memset(own, 3, sizeof own);
    lab_mark(lab, "on-a-thread");
    for (int i = 0; i < 2; i++)
        lab_deregister(lab, mrs[i]);
    return NULL;
}

static void without_asking(struct lab *lab)
{
    pthread_t thread;
    lab_register(lab, data + 7, sizeof data - 7, LAB_RW);
    lab_register(lab, bss, sizeof bss, LAB_RO);
    char *inside = (char *)(((uintptr_t)data + LAB_PAGE) & -LAB_PAGE);
    madvise(inside, 4 * LAB_PAGE, MADV_DONTNEED);
    lab_mark(lab, "data-discarded");
    memset(data, 5, sizeof data);
    memset(bss, 5, sizeof bss);
    lab_mark(lab, "data-stored");
    pthread_create(&thread, NULL, on_thread, lab);
    pthread_join(thread, NULL);
}

/* The pages were there before the process's first region, so that nothing but the pin tells of them. */
static void short_life(int number)
{
    char *va = mmap(NULL, PART * LAB_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    lab_store(va, PART);
    struct lab *lab = lab_open();
    lab_register(lab, va, PART * LAB_PAGE, LAB_RW);
    madvise(va, PART / 2 * LAB_PAGE, MADV_REMOVE);
    lab_mark(lab, "short-lived-%d", number);
    _exit(0);
}

/* The recorder stands still until they are gone, as if there had been too much to do for it. */
static void short_lives(pid_t recorder)
{
    if (recorder)
        kill(recorder, SIGSTOP);
    for (int i = 0; i < SHORT_LIVED; i++) {
        pid_t child = fork();
        if (!child)
            short_life(i);
        waitpid(child, NULL, 0);
        char *reused = lab_map(REUSED);
        lab_store(reused, REUSED);
    }
    if (recorder)
        kill(recorder, SIGCONT);
}

int main(void)
{
    pid_t recorder = lab_recorder();
    struct lab *lab = lab_open();
    char *va = map_all();
    lab_touch(va, PAGES / 2);
    struct ibv_mr *mr = lab_register(lab, va + 100, PAGES * LAB_PAGE - 200, LAB_RW);
    struct ibv_mr *half = lab_register(lab, va + PAGES / 4 * LAB_PAGE, PAGES / 2 * LAB_PAGE, LAB_RO);
    lab_mark_and_compare(lab, "registered");
    discard_and_protect(lab, va);
    punch_and_cut(lab, va);
    move_and_guard(lab, va);
    lab_deregister(lab, half);
    lab_deregister(lab, mr);
    without_asking(lab);
    lab_close(lab);
    short_lives(recorder);
    return 0;
}
