/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory mapped for a device to read and write, behind an IOMMU, and what becomes of it when the process drops, unmaps and
 * replaces it, unmaps it from the device, and maps it again.
 * Expected: stale where pages were dropped or replaced while the device had them; nothing is told of what it no longer has.
 */
#include "lab_hold.h"

#include <sys/mman.h>

#define PAGES 4
#define BYTES (PAGES * LAB_PAGE)

int main(void)
{
    struct lab *lab = lab_open_bare();
    char *healthy = lab_map(PAGES), *dropped = lab_map(PAGES), *replaced = lab_map(PAGES), *freed = lab_map(PAGES);
    lab_store(healthy, PAGES);
    lab_store(dropped, PAGES);
    struct lab_vfio *vfio = lab_vfio_open(lab);
    lab_say("map 4 buffers of %d pages for reading and writing, two of them untouched", PAGES);
    lab_vfio_map(vfio, healthy, BYTES, 1);
    lab_vfio_map(vfio, dropped, BYTES, 1);
    lab_vfio_map(vfio, replaced, BYTES, 1);
    lab_vfio_map(vfio, freed, BYTES, 1);
    lab_mark_and_compare(lab, "mapped");
    lab_say("drop 2 pages of one, map new memory over another, unmap the last from the device and then from memory");
    if (madvise(dropped + LAB_PAGE, 2 * LAB_PAGE, MADV_DONTNEED))
        lab_fail("madvise");
    lab_map_at(replaced, PAGES);
    lab_vfio_unmap(vfio, freed);
    lab_map_at(freed, PAGES);
    lab_store(healthy, PAGES);
    lab_store(dropped, PAGES);
    lab_store(replaced, PAGES);
    lab_store(freed, PAGES);
    lab_mark_and_compare(lab, "changed");
    lab_say("unmap and map again for the device what was replaced");
    lab_vfio_unmap(vfio, replaced);
    lab_vfio_map(vfio, replaced, BYTES, 1);
    lab_store(replaced, PAGES);
    lab_mark_and_compare(lab, "mapped-again");
    lab_vfio_close(vfio);
    lab_close(lab);
    return 0;
}
