/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registered buffer moves away and the device stays behind: its address no longer is the buffer. Another mapping at
 * the old address makes it stale; moving the buffer back heals it, since the pages themselves moved along.
 * Expected on every kernel: unreadable at the old address, then stale, then the same again.
 */
#include "lab.h"

#include <sys/mman.h>

#define PAGES 16

static void move(char *from, char *to)
{
    if (mremap(from, PAGES * LAB_PAGE, PAGES * LAB_PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to) != to)
        lab_fail("mremap");
}

int main(void)
{
    struct lab *lab = lab_open();
    char *buffer = lab_map(PAGES);
    /* A page is left between, so that the kernel merges neither. */
    char *elsewhere = lab_map(PAGES + 2) + LAB_PAGE;
    lab_store(buffer, PAGES);
    lab_register(lab, buffer, PAGES * LAB_PAGE, LAB_RW);
    lab_mark_and_compare(lab, "registered");
    lab_say("mremap all %d pages to another address, store there", PAGES);
    move(buffer, elsewhere);
    lab_store(elsewhere, PAGES);
    lab_mark_and_compare(lab, "moved");
    lab_say("map other memory at the old address and store to it");
    lab_map_at(buffer, PAGES);
    lab_store(buffer, PAGES);
    lab_mark_and_compare(lab, "replaced");
    lab_say("mremap the buffer back and store to it");
    move(elsewhere, buffer);
    lab_store(buffer, PAGES);
    lab_mark_and_compare(lab, "moved-back");
    lab_close(lab);
    return 0;
}
