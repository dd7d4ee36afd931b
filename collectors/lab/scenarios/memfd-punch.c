/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hole is punched into registered shared memory; any process with the file can do that, no hook in the owner sees it.
 * Expected on every kernel: pages 4 to 7 are stale, all others the same.
 */
#include "lab.h"

#include <fcntl.h>
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
    lab_say("punch pages 4 to 7 out of the file");
    if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4 * LAB_PAGE, 4 * LAB_PAGE))
        lab_fail("punch");
    lab_mark(lab, "punched");
    lab_say("store to pages 5 to 15; page 4 is only read");
    lab_store(buffer + 5 * LAB_PAGE, PAGES - 5);
    lab_mark_and_compare(lab, "stored");
    lab_mark(lab, "read");
    lab_close(lab);
    return 0;
}
