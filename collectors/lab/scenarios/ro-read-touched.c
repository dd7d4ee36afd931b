/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A read-only region of memory that was only read before, so that the page table maps the zero page at registration.
 * Expected: no stale page on any kernel: every kernel replaces the zero page while it pins.
 */
#include "lab.h"

#define PAGES 16

int main(void)
{
    struct lab *lab = lab_open();
    char *buffer = lab_map(PAGES);
    lab_say("read %d pages, which maps the zero page, leave the next 4 untouched", PAGES - 4);
    lab_touch(buffer, PAGES - 4);
    lab_mark(lab, "read-touched");
    lab_say("register all %d for remote reading only", PAGES);
    lab_register(lab, buffer, PAGES * LAB_PAGE, LAB_RO);
    lab_mark_and_compare(lab, "registered");
    lab_say("store to all of them");
    lab_store(buffer, PAGES);
    lab_mark_and_compare(lab, "stored");
    lab_close(lab);
    return 0;
}
