/* SPDX-License-Identifier: Apache-2.0 */
/* The random walk's memory: areas of every backing, and the calls that change where their addresses point. */
#include "lab.h"
#include "walk.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif
#define MADV_DONTNEED_LOCKED_ 24
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#define HUGE_PAGES 512UL

enum backing {
    ANON,
    ANON_HUGE,
    HUGETLB,
    HUGETLB_FILE,
    SHMEM,
    MEMFD_SHARED,
    MEMFD_PRIVATE,
    TMPFS_SHARED,
    RAM_SHARED,
    RAM_PRIVATE,
    DISK_SHARED,
    DISK_PRIVATE,
    HEAP,
    BACKINGS
};

static struct area {
    char *va;
    size_t pages;
    int fd, flags;
} areas[BACKINGS];
pthread_rwlock_t walk_steps = PTHREAD_RWLOCK_INITIALIZER;

static const struct {
    size_t pages;
    int flags;
    const char *directory; /* of its file; "" a memfd */
} kinds[BACKINGS] = {
    [ANON] = {96, MAP_PRIVATE | MAP_ANONYMOUS, NULL},
    [ANON_HUGE] = {2 * HUGE_PAGES, MAP_PRIVATE | MAP_ANONYMOUS, NULL},
    [HUGETLB] = {2 * HUGE_PAGES, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, NULL},
    [HUGETLB_FILE] = {2 * HUGE_PAGES, MAP_SHARED | MAP_HUGETLB, ""},
    [SHMEM] = {64, MAP_SHARED | MAP_ANONYMOUS, NULL},
    [MEMFD_SHARED] = {96, MAP_SHARED, ""},
    [MEMFD_PRIVATE] = {96, MAP_PRIVATE, ""},
    [TMPFS_SHARED] = {64, MAP_SHARED, "/dev/shm"},
    [RAM_SHARED] = {64, MAP_SHARED, "/ram"},
    [RAM_PRIVATE] = {64, MAP_PRIVATE, "/ram"},
    [DISK_SHARED] = {64, MAP_SHARED, "/disk"},
    [DISK_PRIVATE] = {64, MAP_PRIVATE, "/disk"},
    [HEAP] = {64, MAP_PRIVATE | MAP_ANONYMOUS, NULL},
};

static int file_of(enum backing backing)
{
    const char *directory = kinds[backing].directory;
    char path[64] = "";
    int fd;
    if (!*directory) {
        fd = memfd_create("walk", MFD_CLOEXEC | (kinds[backing].flags & MAP_HUGETLB ? MFD_HUGETLB : 0));
    } else {
        snprintf(path, sizeof path, "%s/walk-XXXXXX", access(directory, W_OK) ? "/tmp" : directory);
        fd = mkstemp(path);
        unlink(path);
    }
    if (fd < 0 || ftruncate(fd, kinds[backing].pages * LAB_PAGE))
        lab_fail("cannot make a file for the walk");
    return fd;
}

/* Far below where mmap() looks first, so that nobody's memory gets into a hole that the walk leaves. */
char *walk_reserve(size_t pages)
{
    static uintptr_t next = 0x10000000000;
    size_t bytes = (pages + HUGE_PAGES - 1) / HUGE_PAGES * HUGE_PAGES * LAB_PAGE;
    char *va = (char *)__atomic_fetch_add(&next, bytes + HUGE_PAGES * LAB_PAGE, __ATOMIC_RELAXED);
    if (mmap(va, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0) != va)
        lab_fail("cannot reserve addresses");
    return va;
}

static int map_area(const struct area *area, size_t first, size_t pages, int flags)
{
    int file = area->fd < 0 ? 0 : ~MAP_HUGETLB; /* a hugetlb file is one whatever the flags say */
    return mmap(area->va + first * LAB_PAGE, pages * LAB_PAGE, PROT_READ | PROT_WRITE,
                (file ? area->flags & file : area->flags) | flags | MAP_FIXED, area->fd,
                area->fd < 0 ? 0 : first * LAB_PAGE) == MAP_FAILED;
}

/* The end of the heap is the walk's alone: malloc() maps what it needs. */
static void open_heap(struct area *area)
{
    mallopt(M_MMAP_THRESHOLD, 0);
    mallopt(M_TRIM_THRESHOLD, -1);
    area->va = (char *)(((uintptr_t)sbrk(0) + LAB_PAGE - 1) & -LAB_PAGE);
    syscall(SYS_brk, area->va + area->pages * LAB_PAGE);
}

void walk_open_areas(void)
{
    for (int i = 0; i < BACKINGS; i++) {
        struct area *area = &areas[i];
        *area = (struct area){NULL, kinds[i].pages, -1, kinds[i].flags};
        if (i == HEAP) {
            open_heap(area);
            continue;
        }
        area->va = walk_reserve(area->pages);
        if (kinds[i].directory)
            area->fd = file_of(i);
        if (map_area(area, 0, area->pages, 0)) {
            if (!(area->flags & MAP_HUGETLB))
                lab_fail("cannot map an area");
            lab_say("no hugetlb pages here: that area is ordinary memory");
            area->flags = MAP_PRIVATE | MAP_ANONYMOUS;
            area->fd = -1;
            map_area(area, 0, area->pages, 0);
        }
    }
    madvise(areas[ANON_HUGE].va, areas[ANON_HUGE].pages * LAB_PAGE, MADV_HUGEPAGE);
}

struct walk_span walk_span(struct walker *me)
{
    int which = walk_random(me, BACKINGS);
    const struct area *area = &areas[which];
    struct walk_span span = {.area = which, .fd = area->fd, .flags = area->flags};
    int huge = area->flags & MAP_HUGETLB || (which == ANON_HUGE && !walk_random(me, 3));
    size_t unit = huge ? HUGE_PAGES : 1;
    size_t units = area->pages / unit;
    size_t first = walk_random(me, units);
    size_t most = units - first;
    size_t count = 1 + walk_random(me, most > 24 ? 24 : most);
    span.va = area->va + first * unit * LAB_PAGE;
    span.pages = count * unit;
    return span;
}

size_t walk_first_page(const struct walk_span *span)
{
    return (span->va - areas[span->area].va) / LAB_PAGE;
}

static void replace(struct walker *me, const struct walk_span *span)
{
    int populate = walk_random(me, 4) ? 0 : MAP_POPULATE;
    if (map_area(&areas[span->area], walk_first_page(span), span->pages, populate))
        munmap(span->va, span->pages * LAB_PAGE);
}

static void file_step(struct walker *me, const struct walk_span *span)
{
    const struct area *area = &areas[span->area];
    off_t at = walk_first_page(span) * LAB_PAGE;
    size_t bytes = span->pages * LAB_PAGE;
    int what = walk_random(me, 7);
    if (area->fd < 0 || what == 0)
        madvise(span->va, bytes, MADV_REMOVE);
    else if (what < 3)
        fallocate(area->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, bytes);
    else if (what == 3)
        fallocate(area->fd, FALLOC_FL_ZERO_RANGE, at, bytes);
    else if (what == 4)
        (void)!pwrite(area->fd, "walk", 4, at);
    else if (what == 5)
        posix_fadvise(area->fd, at, bytes, POSIX_FADV_DONTNEED);
    else if (!ftruncate(area->fd, at))
        (void)!ftruncate(area->fd, area->pages * LAB_PAGE);
    if (!walk_random(me, 4))
        msync(span->va, bytes, walk_random(me, 2) ? MS_SYNC : MS_SYNC | MS_INVALIDATE);
}

static void advise(struct walker *me, const struct walk_span *span)
{
    static const int advices[] = {
        MADV_DONTNEED,       MADV_DONTNEED,         MADV_DONTNEED,   MADV_FREE,     MADV_PAGEOUT,       MADV_PAGEOUT,
        MADV_COLD,           MADV_COLLAPSE,         MADV_HUGEPAGE,   MADV_NOHUGEPAGE, MADV_POPULATE_READ, MADV_POPULATE_WRITE,
        MADV_DONTNEED_LOCKED_, MADV_WILLNEED,       MADV_MERGEABLE,  MADV_MERGEABLE, MADV_UNMERGEABLE,   MADV_DONTFORK,
        MADV_DOFORK,         MADV_WIPEONFORK,       MADV_KEEPONFORK,
    };
    madvise(span->va, span->pages * LAB_PAGE, advices[walk_random(me, sizeof advices / sizeof *advices)]);
}

static void lock(struct walker *me, const struct walk_span *span)
{
    size_t bytes = span->pages * LAB_PAGE;
    switch (walk_random(me, 3)) {
    case 0:
        mlock(span->va, bytes);
        break;
    case 1:
        mlock2(span->va, bytes, MLOCK_ONFAULT);
        break;
    default:
        munlock(span->va, bytes);
    }
}

static void protect(struct walker *me, const struct walk_span *span)
{
    static const int protections[] = {PROT_READ, PROT_NONE, PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE};
    mprotect(span->va, span->pages * LAB_PAGE, protections[walk_random(me, 4)]);
}

static void disturb(struct walker *me, int what)
{
    struct walk_span span = walk_span(me);
    switch (what) {
    case 0:
        munmap(span.va, span.pages * LAB_PAGE);
        break;
    case 1:
    case 2:
        replace(me, &span);
        break;
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
        advise(me, &span);
        break;
    case 8:
    case 9:
        file_step(me, &span);
        break;
    case 10:
    case 11:
        walk_move(me, &span);
        break;
    case 12:
        walk_child(me, &span);
        break;
    case 13:
    case 14:
        walk_userfault(me, &span);
        break;
    case 15:
    case 16:
    case 17:
        protect(me, &span);
        break;
    case 18:
        lock(me, &span);
        break;
    case 19:
        walk_foreign(me, &span);
        break;
    case 20:
        syscall(SYS_brk, areas[HEAP].va + walk_random(me, areas[HEAP].pages + 1) * LAB_PAGE);
        break;
    case 21:
    case 22:
    case 23:
        walk_access(span.va, span.pages, 0);
        break;
    default:
        walk_access(span.va, span.pages, 1);
    }
}

void walk_memory_step(struct walker *me)
{
    int what = walk_random(me, 30);
    if (what == 13 || what == 14)
        pthread_rwlock_wrlock(&walk_steps);
    else
        pthread_rwlock_rdlock(&walk_steps);
    disturb(me, what);
    pthread_rwlock_unlock(&walk_steps);
}
