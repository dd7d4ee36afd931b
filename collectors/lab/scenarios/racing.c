/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registrations against those who change the very pages that are being pinned: while one thread registers and deregisters
 * some or all of an area of more than 512 pages, so that the kernel pins in several calls, others discard, unmap, map anew,
 * protect, move away and back, store, and fork. Every now and then all stand still at a mark. Memory of one kind after another.
 * Expected on every kernel: whichever came first, the trace agrees with the pagemap.
 */
#include "lab_state.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES 1300UL
#define MUTATORS 2
#define ROUNDS 3
#define STEPS 12
#define KEPT 6
/* What two threads fought over the ftrace backend reads back; what changes again before that is UNKNOWN. */
#define READ_BACK_US 200000

enum kind { ANON, HUGE, SHARED, PRIVATE_FILE, KINDS };
static const char *const names[KINDS] = {"anon", "huge", "shared", "private-file"};

static struct lab *lab;
static char *area, *aside;
static int file;
static enum kind kind;
static pthread_barrier_t barrier;
static __thread sigjmp_buf after_fault;
static __thread unsigned state;

static void on_fault(int signal)
{
    (void)signal;
    siglongjmp(after_fault, 1);
}

static unsigned below(unsigned n)
{
    return (unsigned)rand_r(&state) % n;
}

static void map(size_t first, size_t pages)
{
    int flags = kind == SHARED ? MAP_SHARED : kind == PRIVATE_FILE ? MAP_PRIVATE : MAP_PRIVATE | MAP_ANONYMOUS;
    int fd = flags & MAP_ANONYMOUS ? -1 : file;
    if (mmap(area + first * LAB_PAGE, pages * LAB_PAGE, PROT_READ | PROT_WRITE, flags | MAP_FIXED, fd,
             fd < 0 ? 0 : first * LAB_PAGE) == MAP_FAILED)
        lab_fail("cannot map");
    if (kind == HUGE)
        madvise(area, PAGES * LAB_PAGE, MADV_HUGEPAGE);
}

/* Pages may be gone, or not to be written, when it comes to them. */
static void touch(size_t first, size_t pages, int store)
{
    for (size_t page = first; page < first + pages; page++) {
        volatile char *at = area + page * LAB_PAGE;
        if (sigsetjmp(after_fault, 1))
            continue;
        if (store)
            *at = *at + 1;
        else
            (void)*at;
    }
}

static void mutate(void)
{
    size_t first = below(PAGES), pages = 1 + below(PAGES - first);
    if (below(3))
        pages = 1 + pages % 40;
    char *va = area + first * LAB_PAGE;
    size_t bytes = pages * LAB_PAGE;
    pid_t child;
    switch (below(12)) {
    case 0:
    case 1:
        madvise(va, bytes, MADV_DONTNEED);
        break;
    case 2:
        munmap(va, bytes);
        map(first, pages);
        break;
    case 3:
        mprotect(va, bytes, below(2) ? PROT_READ : PROT_NONE);
        break;
    case 4:
    case 5:
        mprotect(va, bytes, PROT_READ | PROT_WRITE);
        break;
    case 6:
        if (mremap(va, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, aside + first * LAB_PAGE) != MAP_FAILED)
            mremap(aside + first * LAB_PAGE, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, va);
        break;
    case 7:
        madvise(va, bytes, kind == SHARED ? MADV_REMOVE : MADV_FREE);
        break;
    case 8:
        child = fork();
        if (!child)
            _exit(0);
        touch(first, pages, 1);
        if (child > 0)
            waitpid(child, NULL, 0);
        break;
    case 9:
        touch(first, pages, 0);
        break;
    default:
        touch(first, pages, 1);
    }
}

static void stand(const char *mark)
{
    pthread_barrier_wait(&barrier);
    if (mark) {
        lab_mark(lab, "%s", mark);
        usleep(READ_BACK_US);
    }
    pthread_barrier_wait(&barrier);
}

static void *mutator(void *number)
{
    state = (uintptr_t)number * 7919 + kind + 1;
    for (int round = 0; round < ROUNDS; round++) {
        for (int step = 0; step < STEPS; step++)
            mutate();
        stand(NULL);
    }
    return NULL;
}

static void registrar(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        char mark[64];
        for (int step = 0; step < STEPS; step++) {
            size_t first = below(3) ? 0 : below(PAGES), pages = below(3) ? PAGES - first : 1 + below(PAGES - first);
            lab_try_register(lab, area + first * LAB_PAGE, pages * LAB_PAGE, below(3) ? LAB_RW : LAB_RO);
            if (lab->region_count > KEPT)
                lab_deregister(lab, lab->regions[1 + below(KEPT)].mr);
        }
        snprintf(mark, sizeof mark, "%s-%d", names[kind], round);
        stand(mark);
    }
}

static void race(void)
{
    pthread_t threads[MUTATORS];
    map(0, PAGES);
    touch(0, PAGES / 2, 1);
    touch(0, PAGES, 0);
    for (uintptr_t i = 0; i < MUTATORS; i++)
        pthread_create(&threads[i], NULL, mutator, (void *)i);
    registrar();
    for (int i = 0; i < MUTATORS; i++)
        pthread_join(threads[i], NULL);
    while (lab->region_count > 1)
        lab_deregister(lab, lab->regions[1].mr);
}

/* Where huge pages can be, and far below where mmap() looks first: nobody's memory gets into a hole. */
static char *reserve(uintptr_t at)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    char *va = mmap((void *)at, PAGES * LAB_PAGE, PROT_NONE, flags, -1, 0);
    if (va != (void *)at)
        lab_fail("cannot reserve addresses");
    return va;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_fault};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    lab = lab_open();
    area = reserve(0x10000000000);
    aside = reserve(0x20000000000);
    file = memfd_create("racing", MFD_CLOEXEC);
    if (file < 0 || ftruncate(file, PAGES * LAB_PAGE))
        lab_fail("memfd");
    state = 1;
    pthread_barrier_init(&barrier, NULL, MUTATORS + 1);
    for (kind = 0; kind < KINDS; kind++)
        race();
    lab_close(lab);
    return 0;
}
