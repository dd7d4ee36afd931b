/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MADV_DONTNEED of a part of a registered buffer, as allocators do behind the back of a registration cache.
 * Expected on every kernel: pages 4 to 7 are detached, then show the zero page to readers, then hold new data in new
 * pages, and the device reads the old ones throughout: stale. All others stay the same.
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
    lab_say("MADV_DONTNEED of pages 4 to 7");
    if (madvise(buffer + 4 * LAB_PAGE, 4 * LAB_PAGE, MADV_DONTNEED))
        lab_fail("MADV_DONTNEED");
    lab_mark_and_compare(lab, "dontneed");
    lab_say("the CPU has read them: the zero page is mapped now");
    lab_mark(lab, "zero-read");
    lab_say("store to all pages");
    lab_store(buffer, PAGES);
    lab_mark_and_compare(lab, "stored");
    lab_close(lab);
    return 0;
}
