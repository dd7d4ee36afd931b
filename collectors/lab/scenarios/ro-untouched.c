/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A read-only region of memory that was never touched: the case of 2012. Pinning it for reading alone would pin the
 * shared zero page, and the first store would leave the device with it.
 * Expected: no stale page on any kernel. Up to 6.1 ib_umem asks for WRITE|FORCE, from 6.2 on for LONGTERM, which unshares.
 */
#include "lab.h"

#define PAGES 16

int main(void)
{
    struct lab *lab = lab_open();
    char *buffer = lab_map(PAGES);
    lab_say("register %d untouched pages for remote reading only", PAGES);
    lab_register(lab, buffer, PAGES * LAB_PAGE, LAB_RO);
    lab_mark_and_compare(lab, "registered");
    lab_say("store to all but the last 4 pages");
    lab_store(buffer, PAGES - 4);
    lab_mark_and_compare(lab, "stored");
    lab_close(lab);
    return 0;
}
