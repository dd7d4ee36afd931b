/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io_uring's fixed buffers, which pin for long and for writing as a writable memory region does, and what makes their
 * pages stale. Without any RDMA device.
 * Expected: stale where memory was dropped, unmapped, moved away or punched; and, on 5.10, all of the buffer that went
 * through mprotect(PROT_READ) and back, because a write fault copies a page whose count is raised by a pin.
 */
#include "lab_hold.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES 8
#define BYTES (PAGES * LAB_PAGE)

enum { HEALTHY, DROPPED, UNMAPPED, MOVED, PUNCHED, PROTECTED, FORKED, UNTOUCHED, BUFFERS };

static void change(char *const buffer[], int file)
{
    /* Reserved first, so that nothing else is mapped at the old address. */
    char *elsewhere = lab_map(PAGES);
    lab_say("drop 4 pages of one buffer, unmap another, move a third, punch a hole under 3 pages of a fourth");
    if (madvise(buffer[DROPPED] + 2 * LAB_PAGE, 4 * LAB_PAGE, MADV_DONTNEED))
        lab_fail("madvise");
    munmap(buffer[UNMAPPED], BYTES);
    if (mremap(buffer[MOVED], BYTES, BYTES, MREMAP_MAYMOVE | MREMAP_FIXED, elsewhere) == MAP_FAILED)
        lab_fail("mremap");
    if (madvise(buffer[PUNCHED] + LAB_PAGE, 3 * LAB_PAGE, MADV_REMOVE))
        lab_fail("MADV_REMOVE (file %d)", file);
    if (mprotect(buffer[PROTECTED], BYTES, PROT_READ) || mprotect(buffer[PROTECTED], BYTES, PROT_READ | PROT_WRITE))
        lab_fail("mprotect");
}

int main(void)
{
    struct lab *lab = lab_open_bare();
    char *buffer[BUFFERS];
    size_t length[BUFFERS];
    int file = memfd_create("punched", MFD_CLOEXEC);
    if (file < 0 || ftruncate(file, BYTES))
        lab_fail("memfd");
    for (int i = 0; i < BUFFERS; i++) {
        buffer[i] = i == PUNCHED ? mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) : lab_map(PAGES);
        length[i] = BYTES;
        if (i != UNTOUCHED)
            lab_store(buffer[i], PAGES);
    }
    lab_say("register %d fixed buffers of %d pages", BUFFERS, PAGES);
    struct lab_uring *ring = lab_uring_open(lab);
    lab_uring_register(ring, buffer, length, BUFFERS);
    lab_mark_and_compare(lab, "registered");
    pid_t child = fork();
    if (!child) {
        pause();
        _exit(0);
    }
    change(buffer, file);
    lab_mark_and_compare(lab, "changed");
    lab_say("map new memory where it is gone, store to every page");
    lab_map_at(buffer[UNMAPPED], PAGES);
    lab_map_at(buffer[MOVED], PAGES);
    for (int i = 0; i < BUFFERS; i++)
        lab_store(buffer[i], PAGES);
    lab_mark_and_compare(lab, "stored");
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    lab_uring_close(ring);
    lab_close(lab);
    return 0;
}
