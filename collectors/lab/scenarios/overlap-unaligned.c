/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regions that start and end inside pages, overlap each other, hold one byte, or two bytes across a page boundary; then
 * MADV_DONTNEED of pages that several of them share.
 * Expected on every kernel: page 6 is stale in each region that was registered before, and page 12 likewise; a region
 * registered afterwards over the same pages is healthy.
 */
#include "lab.h"

#include <sys/mman.h>

#define PAGES 24

static void drop(char *buffer, int page)
{
    lab_say("MADV_DONTNEED of page %d, then store to all pages", page);
    if (madvise(buffer + page * LAB_PAGE, LAB_PAGE, MADV_DONTNEED))
        lab_fail("MADV_DONTNEED");
    lab_store(buffer, PAGES);
}

int main(void)
{
    struct lab *lab = lab_open();
    char *buffer = lab_map(PAGES);
    lab_store(buffer, PAGES);
    struct ibv_mr *low = lab_register(lab, buffer + 100, 7 * LAB_PAGE + 37, LAB_RW);
    lab_register(lab, buffer + 5 * LAB_PAGE + 2048, 8 * LAB_PAGE, LAB_RW);
    lab_register(lab, buffer, PAGES * LAB_PAGE, LAB_RO);
    lab_register(lab, buffer + 6 * LAB_PAGE + 4095, 1, LAB_RW);
    lab_register(lab, buffer + 13 * LAB_PAGE - 1, 2, LAB_RW);
    lab_register(lab, buffer + 6 * LAB_PAGE + 1, 1, LAB_RW);
    lab_mark_and_compare(lab, "registered");
    drop(buffer, 6);
    lab_mark_and_compare(lab, "dropped-6");
    lab_say("deregister the lowest region, register it again");
    lab_deregister(lab, low);
    lab_mark(lab, "deregistered");
    lab_register(lab, buffer + 100, 7 * LAB_PAGE + 37, LAB_RW);
    lab_mark_and_compare(lab, "registered-again");
    drop(buffer, 12);
    lab_mark_and_compare(lab, "dropped-12");
    lab_close(lab);
    return 0;
}
