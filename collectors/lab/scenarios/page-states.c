/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers memory in every state that a page can be in when it is pinned: untouched, read, written, shared by fork,
 * write-protected, huge, private and shared files. Then everything that may be stored to is stored to. What is pinned, copied
 * or refused depends on what the kernel asks get_user_pages() for: run it with --gup-policy to see the others.
 * Expected on stock kernels: no stale page, but on 5.10 those that were write-protected when they were pinned and then
 * stored to (do_wp_page() copies whenever page_count() is not 1). A refusal is a line of the console.
 */
#include "lab.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES 4
#define BYTES (PAGES * LAB_PAGE)
#define HUGE (512 * LAB_PAGE)
#define INSIDE 100 /* first page of a region inside a huge page */
#define RW (PROT_READ | PROT_WRITE)

/* Regions that the end of the scenario stores to: made writable first where they are not. */
static struct {
    char *va;
    int protect;
} stores[64];
static int store_count;

static void region(struct lab *lab, const char *name, char *va, int access)
{
    struct ibv_mr *mr = lab_try_register(lab, va, BYTES, access);
    if (!mr) {
        lab_say("%s, %s: refused, %s", name, access == LAB_RO ? "read-only" : "writable", strerror(errno));
        return;
    }
    lab_say("%s, %s: lkey 0x%x", name, access == LAB_RO ? "read-only" : "writable", mr->lkey);
    stores[store_count++].va = va;
}

/* The same, write-protected now; stores are allowed again before they are made. */
static void read_only_region(struct lab *lab, const char *name, char *va, int access)
{
    int before = store_count;
    if (mprotect(va, BYTES, PROT_READ))
        lab_fail("mprotect");
    region(lab, name, va, access);
    if (store_count > before)
        stores[before].protect = 1;
}

static char *own_map(size_t length, int protection, int flags, int fd)
{
    char *va = mmap(NULL, length, protection, flags, fd, 0);
    if (va == MAP_FAILED)
        lab_fail("cannot map %zu bytes", length);
    return va;
}

/* Neighbours would become one area. */
static char *anonymous(size_t touched, size_t stored)
{
    char *va = own_map(BYTES + 2 * LAB_PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    if (munmap(va, LAB_PAGE) || munmap(va + LAB_PAGE + BYTES, LAB_PAGE))
        lab_fail("munmap");
    lab_touch(va + LAB_PAGE, touched);
    lab_store(va + LAB_PAGE, stored);
    return va + LAB_PAGE;
}

static void anonymous_memory(struct lab *lab)
{
    region(lab, "untouched", anonymous(0, 0), LAB_RO);
    region(lab, "untouched", anonymous(0, 0), LAB_RW);
    region(lab, "read", anonymous(PAGES, 0), LAB_RO);
    region(lab, "read", anonymous(PAGES, 0), LAB_RW);
    region(lab, "written", anonymous(0, PAGES), LAB_RO);
    region(lab, "written", anonymous(0, PAGES), LAB_RW);
    region(lab, "one written, two read, one untouched", anonymous(3, 1), LAB_RO);
    read_only_region(lab, "written, then protected", anonymous(0, PAGES), LAB_RO);
    read_only_region(lab, "untouched and protected", anonymous(0, 0), LAB_RO);
    read_only_region(lab, "read and protected", anonymous(PAGES, 0), LAB_RO);
    read_only_region(lab, "protected", anonymous(0, PAGES), LAB_RW);

    char *cycled = anonymous(0, PAGES), *again = anonymous(0, PAGES);
    if (mprotect(cycled, BYTES, PROT_READ) || mprotect(cycled, BYTES, RW) || mprotect(again, BYTES, PROT_READ) ||
        mprotect(again, BYTES, RW))
        lab_fail("mprotect");
    region(lab, "written, protected and not any more", cycled, LAB_RO);
    region(lab, "written, protected and not any more", again, LAB_RW);

    char *hole = anonymous(0, PAGES);
    if (munmap(hole + LAB_PAGE, LAB_PAGE))
        lab_fail("munmap");
    region(lab, "with a hole", hole, LAB_RO);
    char *two = anonymous(0, PAGES);
    if (mprotect(two, 2 * LAB_PAGE, PROT_READ))
        lab_fail("mprotect");
    region(lab, "half of it protected", two, LAB_RO);
    stores[store_count - 1].protect = 1;
}

/* Returns the child, which keeps its copy until it is ended. */
static pid_t child_with_copy(void)
{
    int ready[2];
    char byte;
    if (pipe(ready))
        lab_fail("pipe");
    pid_t child = fork();
    if (child < 0)
        lab_fail("fork");
    if (!child) {
        /* After fork() only this and pause(): the child stores nothing. */
        if (write(ready[1], "", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    if (read(ready[0], &byte, 1) != 1)
        lab_fail("the child did not start");
    close(ready[0]);
    close(ready[1]);
    return child;
}

static void end_child(pid_t child)
{
    if (kill(child, SIGKILL) || waitpid(child, NULL, 0) != child)
        lab_fail("the child does not end");
}

static pid_t forked_memory(struct lab *lab)
{
    char *left[2] = {anonymous(0, PAGES), anonymous(0, PAGES)};
    end_child(child_with_copy());
    region(lab, "forked, the child is gone", left[0], LAB_RO);
    region(lab, "forked, the child is gone", left[1], LAB_RW);
    char *shared[2] = {anonymous(0, PAGES), anonymous(0, PAGES)};
    pid_t child = child_with_copy();
    region(lab, "forked", shared[0], LAB_RO);
    region(lab, "forked", shared[1], LAB_RW);
    return child;
}

static char *huge_area(void)
{
    char *area = own_map(2 * HUGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    char *aligned = (char *)(((uintptr_t)area + HUGE - 1) & -HUGE);
    if (madvise(aligned, HUGE, MADV_HUGEPAGE))
        lab_fail("MADV_HUGEPAGE");
    return aligned;
}

static void huge_memory(struct lab *lab)
{
    for (int access = LAB_RO;; access = LAB_RW) {
        char *written = huge_area(), *read = huge_area(), *untouched = huge_area();
        lab_store(written, 1);
        lab_touch(read, 1);
        region(lab, "huge, written", written + INSIDE * LAB_PAGE, access);
        region(lab, "huge, read", read + INSIDE * LAB_PAGE, access);
        region(lab, "huge, untouched", untouched + INSIDE * LAB_PAGE, access);
        if (access == (int)LAB_RW)
            break;
    }
}

static int file_of(const char *name, size_t pages, int memory)
{
    char path[64], page[LAB_PAGE];
    /* /ram is a ramfs in the guest: plain page cache that is told of writes (page_mkwrite), as a disk's would be. */
    snprintf(path, sizeof path, "%s/%s-XXXXXX", access("/ram", W_OK) ? "/tmp" : "/ram", name);
    int fd = memory ? memfd_create(name, MFD_CLOEXEC) : mkstemp(path);
    if (fd < 0)
        lab_fail("cannot create a file");
    if (!memory)
        unlink(path);
    memset(page, 'f', sizeof page);
    for (size_t i = 0; i < pages; i++)
        if (pwrite(fd, page, sizeof page, i * sizeof page) != sizeof page)
            lab_fail("cannot write the file");
    return fd;
}

static char *file_map(const char *name, int memory, int protection, int flags, size_t touched, size_t stored)
{
    char *va = own_map(BYTES, protection, flags, file_of(name, PAGES, memory));
    lab_touch(va, touched);
    lab_store(va, stored);
    return va;
}

static void files(struct lab *lab, int memory)
{
    const char *kind = memory ? "memfd" : "file";
    char name[64];
#define NAMED(text) (snprintf(name, sizeof name, "%s %s", text, kind), name)
    region(lab, NAMED("private, untouched"), file_map(kind, memory, RW, MAP_PRIVATE, 0, 0), LAB_RO);
    region(lab, NAMED("private, read"), file_map(kind, memory, RW, MAP_PRIVATE, PAGES, 0), LAB_RO);
    region(lab, NAMED("private, one written and three read"), file_map(kind, memory, RW, MAP_PRIVATE, PAGES, 1), LAB_RO);
    region(lab, NAMED("private, read"), file_map(kind, memory, RW, MAP_PRIVATE, PAGES, 0), LAB_RW);
    region(lab, NAMED("shared, untouched"), file_map(kind, memory, RW, MAP_SHARED, 0, 0), LAB_RO);
    region(lab, NAMED("shared, written"), file_map(kind, memory, RW, MAP_SHARED, 0, PAGES), LAB_RO);
    region(lab, NAMED("shared, written"), file_map(kind, memory, RW, MAP_SHARED, 0, PAGES), LAB_RW);
    int before = store_count;
    region(lab, NAMED("private, read, protected"), file_map(kind, memory, PROT_READ, MAP_PRIVATE, PAGES, 0), LAB_RO);
    region(lab, NAMED("shared, read, protected"), file_map(kind, memory, PROT_READ, MAP_SHARED, PAGES, 0), LAB_RO);
    while (before < store_count)
        stores[before++].protect = 1;
}

static void hugetlb(struct lab *lab)
{
    FILE *pool = fopen("/proc/sys/vm/nr_hugepages", "we");
    if (!pool || fprintf(pool, "4\n") < 0 || fclose(pool))
        lab_fail("cannot reserve huge pages");
    char *untouched = own_map(HUGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1);
    char *written = own_map(HUGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1);
    lab_store(written, 1);
    region(lab, "hugetlb, untouched", untouched + INSIDE * LAB_PAGE, LAB_RO);
    region(lab, "hugetlb, written", written + INSIDE * LAB_PAGE, LAB_RO);
    char *protected = own_map(HUGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1);
    region(lab, "hugetlb, untouched and protected", protected + INSIDE * LAB_PAGE, LAB_RO);
    if (stores[store_count - 1].va == protected + INSIDE * LAB_PAGE)
        store_count--;
}

int main(void)
{
    struct lab *lab = lab_open();
    anonymous_memory(lab);
    pid_t child = forked_memory(lab);
    huge_memory(lab);
    files(lab, 0);
    files(lab, 1);
    hugetlb(lab);
    lab_mark_and_compare(lab, "registered");
    lab_say("store to all of it");
    for (int i = 0; i < store_count; i++) {
        if (stores[i].protect && mprotect(stores[i].va, BYTES, RW))
            lab_fail("mprotect");
        lab_store(stores[i].va, PAGES);
    }
    lab_mark_and_compare(lab, "stored");
    end_child(child);
    lab_close(lab);
    return 0;
}
