/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file is written past the page cache (O_DIRECT) while mappings of it are registered for reading. The write takes the
 * file's pages out of the cache, and out of every mapping: who touches the mapping again gets new ones with the new data.
 * Expected, on every kernel: the shared mapping's region is left with pages that nobody else has, and stale. That of a
 * private mapping has copies of its own, which no write to the file reaches.
 */
#include "lab.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGES 16
#define PATH "/disk/direct-write"

static void write_file(int fd, char *block, int byte)
{
    memset(block, byte, PAGES * LAB_PAGE);
    if (pwrite(fd, block, PAGES * LAB_PAGE, 0) != PAGES * LAB_PAGE)
        lab_fail("cannot write the file");
}

int main(void)
{
    if (!lab_disks_open() || !lab_disk_mount())
        lab_fail("no disk with ext4");
    struct lab *lab = lab_open();
    int fd = open(PATH, O_RDWR | O_CREAT | O_CLOEXEC, 0600), past = open(PATH, O_RDWR | O_DIRECT | O_CLOEXEC);
    char *block = lab_map(PAGES);
    if (fd < 0 || past < 0)
        lab_fail("cannot create a file");
    write_file(fd, block, 'a');
    fsync(fd);
    char *shared = mmap(NULL, PAGES * LAB_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *private = mmap(NULL, PAGES * LAB_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    if (shared == MAP_FAILED || private == MAP_FAILED)
        lab_fail("cannot map the file");
    lab_touch(shared, PAGES);
    lab_touch(private, PAGES);
    lab_say("register a shared and a private mapping of %d file pages for remote reading only", PAGES);
    struct ibv_mr *first = lab_register(lab, shared, PAGES * LAB_PAGE, LAB_RO);
    struct ibv_mr *second = lab_register(lab, private, PAGES * LAB_PAGE, LAB_RO);
    lab_mark_and_compare(lab, "registered");
    lab_say("write the file past the page cache");
    write_file(past, block, 'b');
    lab_mark(lab, "written");
    lab_touch(shared, PAGES);
    lab_touch(private, PAGES);
    lab_mark_and_compare(lab, "touched");
    lab_store(private, PAGES);
    lab_mark_and_compare(lab, "stored");
    lab_deregister(lab, first);
    lab_deregister(lab, second);
    munmap(shared, PAGES * LAB_PAGE);
    munmap(private, PAGES * LAB_PAGE);
    close(fd);
    close(past);
    lab_close(lab);
    lab_disks_close();
    return 0;
}
