/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A healthy writable region is made read-only and writable again, as garbage collectors and checkpointers do, then the
 * CPU stores.
 * Expected: on 5.10 every page is stale: do_wp_page() copies whenever a page has further references, and a pin is one.
 * On 6.1, 6.12 and 7.2 none: an exclusive anonymous page is reused (6c287605fd56, 5.19).
 */
#include "lab.h"

#include <sys/mman.h>

#define PAGES 16

static void protect(char *buffer, int protection)
{
    if (mprotect(buffer, PAGES * LAB_PAGE, protection))
        lab_fail("mprotect");
}

int main(void)
{
    struct lab *lab = lab_open();
    char *buffer = lab_map(PAGES);
    lab_store(buffer, PAGES);
    lab_register(lab, buffer, PAGES * LAB_PAGE, LAB_RW);
    lab_mark_and_compare(lab, "registered");
    lab_say("mprotect to read-only");
    protect(buffer, PROT_READ);
    lab_mark_and_compare(lab, "read-only");
    lab_say("mprotect to read and write");
    protect(buffer, PROT_READ | PROT_WRITE);
    lab_mark_and_compare(lab, "writable");
    lab_say("store to all pages");
    lab_store(buffer, PAGES);
    lab_mark_and_compare(lab, "stored");
    lab_close(lab);
    return 0;
}
