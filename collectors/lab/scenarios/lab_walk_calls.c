/* SPDX-License-Identifier: Apache-2.0 */
/* The random walk's harder calls: moves, children, userfaultfd, and what one process does to another's memory. */
#include "lab.h"
#include "walk.h"

#include <fcntl.h>
#include <linux/mempolicy.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif
#ifndef SYS_process_madvise
#define SYS_process_madvise 440
#endif
#ifndef UFFDIO_MOVE
struct uffdio_move {
    uint64_t dst, src, len, mode;
    int64_t move;
};
#define UFFDIO_MOVE _IOWR(UFFDIO, 0x05, struct uffdio_move)
#endif
#define COLLAPSE 25
#define MODE_MINOR 4
#define MOST_PAGES 512
/* Whatever the kernel has of: PAGEFAULT_FLAG_WP, MISSING_* and MINOR_*, WP_* and MOVE; nothing that needs a reader. */
#define UFFD_WANTED (1ULL << 0 | 3ULL << 4 | 3ULL << 9 | 3ULL << 12 | 1ULL << 16)
#define UFFD_SIGBUS (1ULL << 7)

static void shrink(const struct walk_span *span, size_t left)
{
    mremap(span->va, span->pages * LAB_PAGE, left * LAB_PAGE, 0);
}

/* Away and, every other time, back to where it was, or into another place of its area. */
void walk_move(struct walker *me, const struct walk_span *span)
{
    size_t bytes = span->pages * LAB_PAGE, longer = bytes;
    int flags = MREMAP_MAYMOVE | MREMAP_FIXED;
    switch (walk_random(me, 6)) {
    case 0:
        shrink(span, span->pages - walk_random(me, span->pages));
        return;
    case 1:
        longer += (1 + walk_random(me, 8)) * LAB_PAGE;
        break;
    case 2:
        flags |= MREMAP_DONTUNMAP;
        break;
    }
    char *there = mremap(span->va, bytes, longer, flags, walk_reserve(span->pages + 8));
    if (there == MAP_FAILED)
        return;
    walk_access(there, span->pages, walk_random(me, 2));
    struct walk_span target = walk_span(me);
    char *to = walk_random(me, 2) ? span->va : target.va;
    if (target.area != span->area || target.pages < span->pages)
        to = span->va;
    if (!walk_random(me, 2) || mremap(there, longer, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to) == MAP_FAILED)
        munmap(there, longer);
}

/* The child of vfork() is another process in the same address space. */
static void vforked(const struct walk_span *span)
{
    pid_t pid = vfork();
    if (!pid) {
        syscall(SYS_madvise, span->va, span->pages * LAB_PAGE, MADV_DONTNEED);
        _exit(0);
    }
    if (pid > 0)
        waitpid(pid, NULL, 0);
}

void walk_child(struct walker *me, const struct walk_span *span)
{
    int child_does = walk_random(me, 4), waits = walk_random(me, 2);
    if (!walk_random(me, 4)) {
        vforked(span);
        return;
    }
    pid_t pid = fork();
    if (!pid) {
        if (child_does == 1)
            walk_access(span->va, span->pages, 1);
        else if (child_does == 2)
            munmap(span->va, span->pages * LAB_PAGE);
        else if (child_does == 3)
            execl("/bin/true", "true", NULL);
        _exit(0);
    }
    if (pid < 0)
        return;
    if (!waits)
        walk_access(span->va, span->pages, 1);
    waitpid(pid, NULL, 0);
}

static int open_uffd(struct walker *me)
{
    struct uffdio_api has = {.api = UFFD_API};
    int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || ioctl(fd, UFFDIO_API, &has))
        return fd;
    close(fd);
    struct uffdio_api api = {.api = UFFD_API, .features = has.features & UFFD_WANTED};
    if (!walk_random(me, 4))
        api.features |= has.features & UFFD_SIGBUS;
    fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0)
        ioctl(fd, UFFDIO_API, &api);
    return fd;
}

static void write_protect(int fd, const struct walk_span *span, struct uffdio_range range, int read, int lift)
{
    struct uffdio_writeprotect protect = {range, UFFDIO_WRITEPROTECT_MODE_WP};
    ioctl(fd, UFFDIO_WRITEPROTECT, &protect);
    if (read)
        walk_access(span->va, span->pages, 0);
    protect.mode = 0;
    if (lift)
        ioctl(fd, UFFDIO_WRITEPROTECT, &protect);
}

static void fill(int fd, struct uffdio_range range, int what, const char *from)
{
    static char pages[MOST_PAGES * LAB_PAGE] __attribute__((aligned(2 << 20)));
    struct uffdio_copy copy = {range.start, (uintptr_t)pages, range.len, 0, 0};
    struct uffdio_zeropage zero = {range, 0, 0};
    struct uffdio_continue go_on = {range, 0, 0};
    struct uffdio_move move = {range.start, (uintptr_t)from, range.len, 0, 0};
    if (what == 0)
        ioctl(fd, UFFDIO_COPY, &copy);
    else if (what == 1)
        ioctl(fd, UFFDIO_ZEROPAGE, &zero);
    else if (what == 2)
        ioctl(fd, UFFDIO_MOVE, &move);
    else
        ioctl(fd, UFFDIO_CONTINUE, &go_on);
}

/* Through a userfaultfd, by this process or by a child that has inherited it. Closing it sets everything free again. */
void walk_userfault(struct walker *me, const struct walk_span *span)
{
    size_t pages = span->pages < MOST_PAGES ? span->pages : MOST_PAGES;
    struct uffdio_register all = {{(uintptr_t)span->va, pages * LAB_PAGE}, 0, 0};
    struct walk_span other = walk_span(me);
    int what = walk_random(me, 6), by_child = !walk_random(me, 4), first = walk_random(me, 2), second = walk_random(me, 2);
    int fd = open_uffd(me);
    if (fd < 0)
        return;
    all.mode = what > 3 ? UFFDIO_REGISTER_MODE_WP : what == 3 ? MODE_MINOR : UFFDIO_REGISTER_MODE_MISSING;
    if (!ioctl(fd, UFFDIO_REGISTER, &all)) {
        if (all.mode == UFFDIO_REGISTER_MODE_MISSING && first)
            madvise(span->va, pages * LAB_PAGE, MADV_DONTNEED);
        pid_t pid = by_child ? fork() : 0;
        if (!pid && all.mode == UFFDIO_REGISTER_MODE_WP)
            write_protect(fd, span, all.range, first && !by_child, second);
        else if (!pid)
            fill(fd, all.range, what, other.va);
        if (!pid && by_child)
            _exit(0);
        if (pid > 0)
            waitpid(pid, NULL, 0);
    }
    close(fd);
}

static void write_memory(pid_t target, const struct walk_span *span)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/mem", target);
    int mem = open(path, O_RDWR | O_CLOEXEC);
    for (size_t page = 0; mem >= 0 && page < span->pages && page < 16; page++)
        if (pwrite(mem, "w", 1, (uintptr_t)span->va + page * LAB_PAGE) != 1)
            break;
    if (mem >= 0)
        close(mem);
}

static void clear_references(pid_t target, const char *which)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/clear_refs", target);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)!write(fd, which, 1);
    close(fd);
}

/* To another node, where there is one (lab/walk boots with two). */
static void to_node(pid_t target, const struct walk_span *span, int node)
{
    void *pages[16];
    int nodes[16], status[16];
    unsigned long count = span->pages < 16 ? span->pages : 16;
    for (unsigned long i = 0; i < count; i++) {
        pages[i] = span->va + i * LAB_PAGE;
        nodes[i] = node;
    }
    syscall(SYS_move_pages, target, count, pages, nodes, status, MPOL_MF_MOVE_ALL);
}

void walk_foreign(struct walker *me, const struct walk_span *span)
{
    static const int advices[] = {MADV_COLD, MADV_PAGEOUT, MADV_WILLNEED, COLLAPSE};
    int what = walk_random(me, 7), node = walk_random(me, 2);
    pid_t target = crowd->pid[walk_random(me, WALK_MEMBERS)];
    if (target <= 0)
        target = getpid();
    unsigned long one = 1UL << node, other = 2UL >> node;
    struct iovec range = {span->va, span->pages * LAB_PAGE};
    if (what < 2) {
        int pidfd = syscall(SYS_pidfd_open, target, 0);
        syscall(SYS_process_madvise, pidfd, &range, 1UL, advices[walk_random(me, 4)], 0U);
        close(pidfd);
    } else if (what == 2) {
        write_memory(target, span);
    } else if (what == 3) {
        clear_references(target, walk_random(me, 2) ? "1" : "4");
    } else if (what == 4) {
        to_node(target, span, node);
    } else if (what == 5) {
        syscall(SYS_migrate_pages, target, 3UL, &one, &other);
    } else {
        syscall(SYS_mbind, span->va, range.iov_len, MPOL_BIND, &one, 3UL, MPOL_MF_MOVE);
    }
}
