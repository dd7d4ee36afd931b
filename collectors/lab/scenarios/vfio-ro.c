/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory mapped for a device to read, behind an IOMMU: never touched, only read before (so that the zero page is there), of
 * a private file mapping, and stored to. The device reads each page before and after the CPU's stores.
 * Expected: 5.10 and 6.1 pin the zero page and the page cache's pages, and every store parts the device from the process.
 * From 6.2 on a long-term pin makes a private copy first (84209e87c696): nothing is stale.
 */
#include "lab_hold.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGES 4
#define BYTES (PAGES * LAB_PAGE)

static char *map_file(void)
{
    char path[] = "/ram/vfio-ro-XXXXXX", page[LAB_PAGE];
    int fd = mkstemp(path);
    if (fd < 0)
        lab_fail("cannot create %s", path);
    unlink(path);
    memset(page, 'a', sizeof page);
    for (int i = 0; i < PAGES; i++)
        if (write(fd, page, sizeof page) != sizeof page)
            lab_fail("cannot write the file");
    char *va = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    if (va == MAP_FAILED)
        lab_fail("cannot map the file");
    return va;
}

int main(void)
{
    struct lab *lab = lab_open_bare();
    char *buffer[] = {lab_map(PAGES), lab_map(PAGES), map_file(), lab_map(PAGES)};
    const int count = sizeof buffer / sizeof *buffer;
    lab_touch(buffer[1], PAGES);
    lab_store(buffer[3], PAGES);
    struct lab_vfio *vfio = lab_vfio_open(lab);
    lab_say("map for reading by the device: untouched, read, private file and stored-to memory, %d pages each", PAGES);
    for (int i = 0; i < count; i++)
        lab_vfio_map(vfio, buffer[i], BYTES, 0);
    lab_mark_and_compare(lab, "mapped");
    lab_say("store to all of them");
    for (int i = 0; i < count; i++)
        lab_store(buffer[i], PAGES);
    lab_mark_and_compare(lab, "stored");
    lab_vfio_close(vfio);
    lab_close(lab);
    return 0;
}
