/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registered shared memory is truncated to half and extended again.
 * Expected on every kernel: the CPU cannot read the upper half (SIGBUS) while it is cut off, then it is stale; the lower
 * half stays the same.
 */
#include "lab.h"

#include <sys/mman.h>
#include <unistd.h>

#define PAGES 16

int main(void)
{
    struct lab *lab = lab_open();
    int fd = memfd_create("region", 0);
    if (fd < 0 || ftruncate(fd, PAGES * LAB_PAGE))
        lab_fail("memfd");
    char *buffer = mmap(NULL, PAGES * LAB_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (buffer == MAP_FAILED)
        lab_fail("cannot map the memfd");
    lab_store(buffer, PAGES);
    lab_register(lab, buffer, PAGES * LAB_PAGE, LAB_RW);
    lab_mark_and_compare(lab, "registered");
    lab_say("truncate the file to %d pages", PAGES / 2);
    if (ftruncate(fd, PAGES / 2 * LAB_PAGE))
        lab_fail("truncate");
    lab_mark_and_compare(lab, "truncated");
    lab_say("extend it to %d pages again and store to all", PAGES);
    if (ftruncate(fd, PAGES * LAB_PAGE))
        lab_fail("extend");
    lab_mark(lab, "extended");
    lab_store(buffer, PAGES);
    lab_mark_and_compare(lab, "stored");
    lab_close(lab);
    return 0;
}
