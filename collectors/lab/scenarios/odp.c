/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A region registered with on-demand paging, where the driver has that (rdma_rxe from 6.15 on): nothing is pinned, the
 * device follows the page table, and the MMU notifier takes from it what the process unmaps.
 * Expected: nothing is ever stale, whatever the process does; elsewhere the registration is refused and that is all.
 */
#include "lab.h"

#include <sys/mman.h>

#define PAGES 16

int main(void)
{
    struct lab *lab = lab_open();
    char *buffer = lab_map(PAGES);
    lab_store(buffer, PAGES / 2);
    struct ibv_mr *mr = lab_try_register(lab, buffer, PAGES * LAB_PAGE, LAB_RW | IBV_ACCESS_ON_DEMAND);
    if (!mr) {
        lab_say("no on-demand paging here");
        lab_mark(lab, "refused");
        lab_close(lab);
        return 0;
    }
    lab_mark_and_compare(lab, "registered");
    lab_say("drop 4 pages, map new memory over 4 others, store to all");
    if (madvise(buffer, 4 * LAB_PAGE, MADV_DONTNEED))
        lab_fail("madvise");
    lab_map_at(buffer + 4 * LAB_PAGE, 4);
    lab_store(buffer, PAGES);
    lab_mark_and_compare(lab, "stored");
    if (mprotect(buffer, PAGES * LAB_PAGE, PROT_READ) || mprotect(buffer, PAGES * LAB_PAGE, PROT_READ | PROT_WRITE))
        lab_fail("mprotect");
    lab_store(buffer, PAGES);
    lab_mark_and_compare(lab, "protected");
    lab_close(lab);
    return 0;
}
