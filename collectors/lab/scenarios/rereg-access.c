/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Re-registration changes a region's access without looking at its pages again. One region goes from read-only to
 * writable, where the driver must not keep pages that it pinned for reading (fixed by badad6fad60d, 2026); another one
 * goes from writable to read-only and back, which is fine. Then the device writes, and the CPU reads.
 * Expected: all refused on 5.10 and 6.1, whose rxe has no re-registration; on 6.12 and 7.2 the first refused, the others
 * done. No stale page anywhere.
 */
#include "lab.h"

#include <string.h>

#define PAGES 16

static int reregister(struct lab *lab, struct ibv_mr *mr, int access, const char *what)
{
    int refused = lab_reregister_access(lab, mr, access);
    lab_say("re-register %s: %s", what, refused ? strerror(refused) : "done");
    return !refused;
}

static void write_by_device(struct lab *lab, struct ibv_mr *mr, char *buffer)
{
    char page[LAB_PAGE];
    memset(page, 'w', sizeof page);
    lab_say("the device writes to all pages");
    for (int i = 0; i < PAGES; i++)
        lab_device_write(lab, mr, buffer + i * LAB_PAGE, page, sizeof page);
    for (int i = 0; i < PAGES; i++)
        if (memcmp(buffer + i * LAB_PAGE, page, sizeof page))
            lab_say("NOTE: the CPU does not see what the device wrote to page %d", i);
}

int main(void)
{
    struct lab *lab = lab_open();
    char *read_only = lab_map(PAGES), *writable = lab_map(PAGES);
    lab_touch(read_only, PAGES / 2);
    lab_store(writable, PAGES);
    struct ibv_mr *up = lab_register(lab, read_only, PAGES * LAB_PAGE, LAB_RO);
    struct ibv_mr *down = lab_register(lab, writable, PAGES * LAB_PAGE, LAB_RW);
    lab_mark_and_compare(lab, "registered");

    if (reregister(lab, up, LAB_RW, "the first from read-only to writable"))
        write_by_device(lab, up, read_only);
    lab_mark_and_compare(lab, "first-up");
    reregister(lab, down, LAB_RO, "the second from writable to read-only");
    lab_mark_and_compare(lab, "second-down");
    reregister(lab, down, LAB_RW, "the second to writable again");
    write_by_device(lab, down, writable);
    lab_mark_and_compare(lab, "second-up");

    lab_say("store to all pages");
    lab_store(read_only, PAGES);
    lab_store(writable, PAGES);
    lab_mark_and_compare(lab, "stored");
    lab_close(lab);
    return 0;
}
