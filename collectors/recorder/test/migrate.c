/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Migration between memory nodes, of pages that are pinned and stay where they are, and of pages that have taken a pinned
 * one's place and go: of shared memory, and of a hugetlb file, whose pages come and go besides, faster than they could be
 * read back. A scenario for collectors/lab/run, with numa=fake=2: the trace must agree with the pagemap at every mark.
 */
#include "../../lab/scenarios/lab.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGES 64
#define HUGE_PAGES 512
#define MOVE_ALL 4 /* MPOL_MF_MOVE_ALL */

static void to_node(char *va, int count, int node)
{
    void *pages[PAGES];
    int nodes[PAGES], status[PAGES], there = 0;
    for (int i = 0; i < count; i++) {
        pages[i] = va + i * LAB_PAGE;
        nodes[i] = node;
    }
    if (syscall(SYS_move_pages, 0, (unsigned long)count, pages, nodes, status, MOVE_ALL) < 0)
        lab_fail("move_pages");
    for (int i = 0; i < count; i++)
        there += status[i] == node;
    lab_say("%d of %d pages are on node %d", there, count, node);
}

static char *map_file(size_t pages, int flags, int *fd)
{
    *fd = memfd_create("migrate", flags);
    if (*fd < 0 || ftruncate(*fd, pages * LAB_PAGE))
        lab_fail("memfd");
    char *va = mmap(NULL, pages * LAB_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
    if (va == MAP_FAILED)
        lab_fail("mmap");
    return va;
}

static void punch(int fd, size_t pages)
{
    if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, pages * LAB_PAGE))
        lab_fail("fallocate");
}

static void shared(struct lab *lab)
{
    int fd;
    char *va = map_file(PAGES, 0, &fd);
    lab_store(va, PAGES);
    lab_register(lab, va, PAGES * LAB_PAGE, LAB_RW);
    punch(fd, PAGES / 2);
    lab_store(va, PAGES / 2);
    for (int node = 1; node >= 0; node--) {
        to_node(va, PAGES, node);
        lab_mark(lab, "shared-on-%d", node);
    }
}

static void hugetlb(struct lab *lab)
{
    int fd, pages = open("/proc/sys/vm/nr_hugepages", O_WRONLY);
    if (pages < 0 || write(pages, "8", 1) != 1)
        lab_fail("nr_hugepages");
    char *va = map_file(2 * HUGE_PAGES, MFD_HUGETLB, &fd);
    lab_store(va, 2 * HUGE_PAGES);
    lab_register(lab, va, 2 * HUGE_PAGES * LAB_PAGE, LAB_RW);
    for (int i = 0; i < 20; i++) {
        punch(fd, HUGE_PAGES);
        lab_touch(va, 1);
        madvise(va, 2 * HUGE_PAGES * LAB_PAGE, MADV_DONTNEED);
        lab_store(va, 1);
        lab_store(va + HUGE_PAGES * LAB_PAGE, 1);
        lab_mark(lab, "hugetlb-%d", i);
    }
    for (int node = 1; node >= 0; node--) {
        to_node(va, 1, node);
        to_node(va + HUGE_PAGES * LAB_PAGE, 1, node);
        lab_mark(lab, "hugetlb-on-%d", node);
    }
}

int main(void)
{
    struct lab *lab = lab_open();
    shared(lab);
    hugetlb(lab);
    lab_close(lab);
    return 0;
}
