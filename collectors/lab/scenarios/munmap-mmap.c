/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registered buffer is unmapped and another one mapped at the same address: what a registration cache that misses
 * munmap() hands out as a hit.
 * Expected on every kernel: the CPU cannot read the hole; after the new mapping every page is stale.
 */
#include "lab.h"

#include <sys/mman.h>

#define PAGES 16

int main(void)
{
    struct lab *lab = lab_open();
    char *buffer = lab_map(PAGES);
    lab_store(buffer, PAGES);
    lab_register(lab, buffer, PAGES * LAB_PAGE, LAB_RW);
    lab_mark_and_compare(lab, "registered");
    lab_say("munmap all %d pages", PAGES);
    if (munmap(buffer, PAGES * LAB_PAGE))
        lab_fail("munmap");
    lab_mark_and_compare(lab, "unmapped");
    lab_say("map new memory at the same address and store to it");
    lab_map_at(buffer, PAGES);
    lab_mark(lab, "mapped-again");
    lab_store(buffer, PAGES);
    lab_mark_and_compare(lab, "stored");
    lab_close(lab);
    return 0;
}
