/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A private mapping of a file, half of it read before registration, registered for reading only. Pinning for reading
 * alone would pin the page cache, and the first store would leave the device with that.
 * Expected: no stale page on any kernel: every kernel pins a private copy. So what the file says later reaches neither
 * the CPU nor the device: diverged from the file, but not stale.
 */
#include "lab.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGES 16

static void write_file(int fd, int byte)
{
    char page[LAB_PAGE];
    memset(page, byte, sizeof page);
    for (int i = 0; i < PAGES; i++)
        if (pwrite(fd, page, sizeof page, i * sizeof page) != sizeof page)
            lab_fail("cannot write the file");
}

int main(void)
{
    struct lab *lab = lab_open();
    /* /ram is a ramfs in the guest: plain page cache, where a tmpfs would have shmem pages. */
    char path[] = "/ram/private-file-XXXXXX", fallback[] = "/tmp/private-file-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0) {
        lab_say("no /ram here, the file goes to /tmp");
        fd = mkstemp(fallback);
    }
    if (fd < 0)
        lab_fail("cannot create a file");
    write_file(fd, 'a');
    char *buffer = mmap(NULL, PAGES * LAB_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    if (buffer == MAP_FAILED)
        lab_fail("cannot map the file");
    lab_touch(buffer, PAGES / 2);
    lab_say("register a private mapping of %d file pages for remote reading only", PAGES);
    lab_register(lab, buffer, PAGES * LAB_PAGE, LAB_RO);
    lab_mark_and_compare(lab, "registered");
    lab_say("write other data to the file");
    write_file(fd, 'b');
    lab_mark_and_compare(lab, "file-written");
    lab_say("store to all pages of the mapping");
    lab_store(buffer, PAGES);
    lab_mark_and_compare(lab, "stored");
    unlink(path);
    unlink(fallback);
    lab_close(lab);
    return 0;
}
