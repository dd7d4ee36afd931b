/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process asks the kernel to reclaim a registered buffer. There is no swap in the guest; even with it a pinned page
 * must not be replaced.
 * Expected: no stale page on any kernel.
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
    lab_say("MADV_COLD, then MADV_PAGEOUT of all pages");
    if (madvise(buffer, PAGES * LAB_PAGE, MADV_COLD) || madvise(buffer, PAGES * LAB_PAGE, MADV_PAGEOUT))
        lab_fail("madvise");
    lab_mark_and_compare(lab, "paged-out");
    lab_say("store to all pages");
    lab_store(buffer, PAGES);
    lab_mark_and_compare(lab, "stored");
    lab_close(lab);
    return 0;
}
