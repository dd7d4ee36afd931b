/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pins for a moment, of a process that also has pages pinned for long: direct I/O to a block device, and process_vm_readv()
 * by another process, both also of memory that was only read (the zero page).
 * Expected: no finding; the calls are counted.
 */
#include "lab_hold.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES 8
#define BYTES (PAGES * LAB_PAGE)

static void direct_io(char *from, char *into)
{
    (void)!system("modprobe brd rd_nr=1 rd_size=1024 2>/dev/null");
    int disk = open("/dev/ram0", O_RDWR | O_DIRECT | O_CLOEXEC);
    if (disk < 0)
        lab_fail("no /dev/ram0");
    if (pwrite(disk, from, BYTES, 0) != BYTES || pread(disk, into, BYTES, 0) != BYTES)
        lab_fail("direct I/O");
    close(disk);
}

static void copy_from_parent(char *const part[2])
{
    static char copy[2 * BYTES];
    const struct iovec to = {copy, sizeof copy}, from[] = {{part[0], BYTES}, {part[1], BYTES}};
    pid_t child = fork();
    if (!child)
        _exit(process_vm_readv(getppid(), &to, 1, from, 2, 0) != 2 * BYTES);
    int status;
    if (waitpid(child, &status, 0) != child || status) {
        errno = 0;
        lab_fail("process_vm_readv");
    }
}

int main(void)
{
    struct lab *lab = lab_open_bare();
    char *held = lab_map(PAGES), *part[] = {lab_map(PAGES), lab_map(PAGES)};
    size_t length = BYTES;
    lab_store(held, PAGES);
    lab_store(part[0], PAGES);
    lab_touch(part[1], PAGES);
    struct lab_uring *ring = lab_uring_open(lab);
    lab_uring_register(ring, &held, &length, 1);
    lab_mark_and_compare(lab, "registered");
    lab_say("write %d zero pages to a disk and read them into others, both directly", PAGES);
    direct_io(part[1], part[0]);
    direct_io(held, part[0]);
    copy_from_parent(part);
    lab_store(held, PAGES);
    lab_mark_and_compare(lab, "copied");
    lab_uring_close(ring);
    lab_close(lab);
    return 0;
}
