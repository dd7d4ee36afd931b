/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two 2 MiB hugetlb pages are registered as one region; the second is then replaced by a new one at the same address.
 * Expected on every kernel: the first huge page stays the same, the 512 pages of the second are unreadable, then stale.
 */
#include "lab.h"

#include <stdio.h>
#include <sys/mman.h>

#define HUGE (512 * LAB_PAGE)

static char *map_huge(char *at, size_t length)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | (at ? MAP_FIXED : 0);
    char *va = mmap(at, length, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (va == MAP_FAILED)
        lab_fail("cannot map %zu MiB of hugetlb pages", length >> 20);
    return va;
}

/* The pin keeps the replaced page, so a third one is needed; a fourth to spare. */
static void reserve_pool(void)
{
    const char *path = "/proc/sys/vm/nr_hugepages";
    int pages = 0;
    FILE *pool = fopen(path, "r+e");
    if (!pool || fprintf(pool, "4\n") < 0 || fflush(pool))
        lab_fail("cannot set %s", path);
    rewind(pool);
    if (fscanf(pool, "%d", &pages) != 1 || pages < 3)
        lab_fail("the kernel reserved %d of 4 huge pages", pages);
    fclose(pool);
}

int main(void)
{
    struct lab *lab = lab_open();
    reserve_pool();
    char *buffer = map_huge(NULL, 2 * HUGE);
    lab_store(buffer, 1024);
    lab_register(lab, buffer, 2 * HUGE, LAB_RW);
    lab_mark_and_compare(lab, "registered");
    lab_say("unmap the second huge page");
    if (munmap(buffer + HUGE, HUGE))
        lab_fail("munmap");
    lab_mark_and_compare(lab, "unmapped");
    lab_say("map a new huge page there and store to both");
    map_huge(buffer + HUGE, HUGE);
    lab_store(buffer, 1024);
    lab_mark_and_compare(lab, "stored");
    lab_close(lab);
    return 0;
}
