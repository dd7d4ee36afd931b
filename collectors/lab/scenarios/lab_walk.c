/* SPDX-License-Identifier: Apache-2.0 */
/* The random walk's memory: areas of every backing, and the calls that change where their addresses point. */
#include "lab.h"
#include "walk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#define HUGE_PAGES 512UL

enum backing { ANON, ANON_HUGE, HUGETLB, SHMEM, MEMFD_SHARED, MEMFD_PRIVATE, FILE_PRIVATE, BACKINGS };

static struct area {
    char *va;
    size_t pages;
    int fd, flags;
} areas[BACKINGS];
static int uffd = -1;
pthread_rwlock_t walk_steps = PTHREAD_RWLOCK_INITIALIZER;

static int file_of(enum backing backing, size_t pages)
{
    char path[] = "/tmp/walk-XXXXXX";
    int fd = backing == FILE_PRIVATE ? mkstemp(path) : memfd_create("walk", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, pages * LAB_PAGE))
        lab_fail("cannot make a file for the walk");
    if (backing == FILE_PRIVATE)
        unlink(path);
    return fd;
}

/* Aligned to a huge page so that huge pages can be there at all. */
static char *reserve(size_t pages)
{
    size_t align = HUGE_PAGES * LAB_PAGE;
    char *va = mmap(NULL, pages * LAB_PAGE + align, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (va == MAP_FAILED)
        lab_fail("cannot reserve addresses");
    return (char *)(((uintptr_t)va + align - 1) & -align);
}

static int map_area(const struct area *area, size_t first, size_t pages)
{
    return mmap(area->va + first * LAB_PAGE, pages * LAB_PAGE, PROT_READ | PROT_WRITE, area->flags | MAP_FIXED,
                area->fd, area->fd < 0 ? 0 : first * LAB_PAGE) == MAP_FAILED;
}

void walk_open_areas(void)
{
    static const struct {
        size_t pages;
        int flags;
    } kinds[BACKINGS] = {
        [ANON] = {96, MAP_PRIVATE | MAP_ANONYMOUS},
        [ANON_HUGE] = {2 * HUGE_PAGES, MAP_PRIVATE | MAP_ANONYMOUS},
        [HUGETLB] = {2 * HUGE_PAGES, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB},
        [SHMEM] = {64, MAP_SHARED | MAP_ANONYMOUS},
        [MEMFD_SHARED] = {96, MAP_SHARED},
        [MEMFD_PRIVATE] = {96, MAP_PRIVATE},
        [FILE_PRIVATE] = {64, MAP_PRIVATE},
    };
    for (int i = 0; i < BACKINGS; i++) {
        struct area *area = &areas[i];
        *area = (struct area){reserve(kinds[i].pages), kinds[i].pages, -1, kinds[i].flags};
        if (!(area->flags & MAP_ANONYMOUS))
            area->fd = file_of(i, area->pages);
        if (map_area(area, 0, area->pages)) {
            if (i != HUGETLB)
                lab_fail("cannot map an area");
            lab_say("no hugetlb pages here: that area is ordinary memory");
            area->flags &= ~MAP_HUGETLB;
            map_area(area, 0, area->pages);
        }
    }
    madvise(areas[ANON_HUGE].va, areas[ANON_HUGE].pages * LAB_PAGE, MADV_HUGEPAGE);
    struct uffdio_api api = {.api = UFFD_API, .features = UFFD_FEATURE_PAGEFAULT_FLAG_WP};
    uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
    if (uffd >= 0 && ioctl(uffd, UFFDIO_API, &api)) {
        close(uffd);
        uffd = -1;
    }
}

struct walk_span walk_span(struct walker *me)
{
    struct walk_span span = {.area = walk_random(me, BACKINGS)};
    const struct area *area = &areas[span.area];
    int huge = area->flags & MAP_HUGETLB || (span.area == ANON_HUGE && !walk_random(me, 3));
    size_t unit = huge ? HUGE_PAGES : 1;
    size_t units = area->pages / unit;
    size_t first = walk_random(me, units);
    size_t most = units - first;
    size_t count = 1 + walk_random(me, most > 24 ? 24 : most);
    span.va = area->va + first * unit * LAB_PAGE;
    span.pages = count * unit;
    return span;
}

static size_t first_page(const struct walk_span *span)
{
    return (span->va - areas[span->area].va) / LAB_PAGE;
}

static void replace(const struct walk_span *span)
{
    if (map_area(&areas[span->area], first_page(span), span->pages))
        munmap(span->va, span->pages * LAB_PAGE);
}

static void punch(const struct walk_span *span, int truncate)
{
    const struct area *area = &areas[span->area];
    if (area->fd < 0)
        madvise(span->va, span->pages * LAB_PAGE, MADV_REMOVE);
    else if (!truncate)
        fallocate(area->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, first_page(span) * LAB_PAGE,
                  span->pages * LAB_PAGE);
    else if (!ftruncate(area->fd, first_page(span) * LAB_PAGE))
        (void)!ftruncate(area->fd, area->pages * LAB_PAGE);
}

/* Away and, every other time, back to where it was, or into another place of its area. */
static void move(struct walker *me, const struct walk_span *span)
{
    size_t bytes = span->pages * LAB_PAGE;
    char *there = mremap(span->va, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, reserve(span->pages));
    if (there == MAP_FAILED)
        return;
    walk_access(there, span->pages, walk_random(me, 2));
    struct walk_span target = walk_span(me);
    char *to = walk_random(me, 2) ? span->va : target.va;
    if (target.area != span->area || target.pages < span->pages)
        to = span->va;
    if (!walk_random(me, 2) || mremap(there, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to) == MAP_FAILED)
        munmap(there, bytes);
}

static void child(struct walker *me, const struct walk_span *span)
{
    int child_stores = walk_random(me, 2), waits = walk_random(me, 2);
    pid_t pid = fork();
    if (!pid) {
        if (child_stores)
            walk_access(span->va, span->pages, 1);
        _exit(0);
    }
    if (pid < 0)
        return;
    if (!waits)
        walk_access(span->va, span->pages, 1);
    waitpid(pid, NULL, 0);
}

static void userfault(struct walker *me, const struct walk_span *span)
{
    struct uffdio_register range = {{(uintptr_t)span->va, span->pages * LAB_PAGE}, UFFDIO_REGISTER_MODE_WP, 0};
    if (uffd < 0 || ioctl(uffd, UFFDIO_REGISTER, &range))
        return;
    struct uffdio_writeprotect protect = {range.range, UFFDIO_WRITEPROTECT_MODE_WP};
    ioctl(uffd, UFFDIO_WRITEPROTECT, &protect);
    if (walk_random(me, 2))
        walk_access(span->va, span->pages, 0);
    protect.mode = 0;
    ioctl(uffd, UFFDIO_WRITEPROTECT, &protect);
    ioctl(uffd, UFFDIO_UNREGISTER, &range.range);
}

/* A missing page comes from UFFDIO_COPY or UFFDIO_ZEROPAGE. */
static void userfault_fill(struct walker *me, const struct walk_span *span)
{
    static char page[LAB_PAGE] __attribute__((aligned(4096)));
    struct uffdio_register range = {{(uintptr_t)span->va, LAB_PAGE}, UFFDIO_REGISTER_MODE_MISSING, 0};
    if (uffd < 0 || areas[span->area].flags & MAP_HUGETLB || ioctl(uffd, UFFDIO_REGISTER, &range))
        return;
    struct uffdio_copy copy = {(uintptr_t)span->va, (uintptr_t)page, LAB_PAGE, 0, 0};
    struct uffdio_zeropage zero = {range.range, 0, 0};
    if (walk_random(me, 2))
        ioctl(uffd, UFFDIO_COPY, &copy);
    else
        ioctl(uffd, UFFDIO_ZEROPAGE, &zero);
    ioctl(uffd, UFFDIO_UNREGISTER, &range.range);
}

static void protect(const struct walk_span *span, int protection)
{
    mprotect(span->va, span->pages * LAB_PAGE, protection);
}

static void disturb(struct walker *me, int what)
{
    struct walk_span span = walk_span(me);
    size_t bytes = span.pages * LAB_PAGE;
    switch (what) {
    case 0:
        munmap(span.va, bytes);
        break;
    case 1:
    case 2:
        replace(&span);
        break;
    case 3:
    case 4:
        madvise(span.va, bytes, MADV_DONTNEED);
        break;
    case 5:
        madvise(span.va, bytes, MADV_FREE);
        break;
    case 6:
        madvise(span.va, bytes, MADV_PAGEOUT);
        break;
    case 7:
        madvise(span.va, bytes, MADV_COLLAPSE);
        break;
    case 8:
        madvise(span.va, bytes, walk_random(me, 2) ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
        break;
    case 9:
        punch(&span, walk_random(me, 2));
        break;
    case 10:
        move(me, &span);
        break;
    case 11:
        child(me, &span);
        break;
    case 12:
        userfault(me, &span);
        break;
    case 13:
        userfault_fill(me, &span);
        break;
    case 14:
        protect(&span, PROT_READ);
        break;
    case 15:
        protect(&span, PROT_NONE);
        break;
    case 16:
    case 17:
        protect(&span, PROT_READ | PROT_WRITE);
        break;
    case 18:
    case 19:
        walk_access(span.va, span.pages, 0);
        break;
    default:
        walk_access(span.va, span.pages, 1);
    }
}

void walk_memory_step(struct walker *me)
{
    int what = walk_random(me, 24);
    if (what == 12 || what == 13)
        pthread_rwlock_wrlock(&walk_steps);
    else
        pthread_rwlock_rdlock(&walk_steps);
    disturb(me, what);
    pthread_rwlock_unlock(&walk_steps);
}
