/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory of AF_XDP sockets, which the kernel pins for long and for writing in one call each. Some of it is dropped, the
 * sockets are closed one after another, and new memory comes in their place.
 * Expected: stale where memory was dropped while a socket had it; nothing is told of the sockets that are closed.
 */
#include "lab_hold.h"

#include <linux/if_xdp.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAGES 16
#define BYTES (PAGES * LAB_PAGE)
#define SETTLE_US 1000000 /* the kernel gives the pages back in a thread of its own */

static int open_socket(struct lab *lab, char *va, size_t bytes)
{
    struct xdp_umem_reg memory = {.addr = (uintptr_t)va, .len = bytes, .chunk_size = LAB_PAGE};
    int fd = socket(AF_XDP, SOCK_RAW, 0);
    if (fd < 0 || setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &memory, sizeof memory))
        lab_fail("cannot give an AF_XDP socket its memory");
    lab_hold(lab, va, bytes, NULL, NULL);
    return fd;
}

int main(void)
{
    struct lab *lab = lab_open_bare();
    char *buffer = lab_map(PAGES), *small = lab_map(4), *other = lab_map(PAGES);
    lab_store(buffer, PAGES);
    int whole = open_socket(lab, buffer, BYTES), part = open_socket(lab, small, 4 * LAB_PAGE);
    int kept = open_socket(lab, other, BYTES);
    lab_mark(lab, "registered");
    if (madvise(buffer + 2 * LAB_PAGE, 4 * LAB_PAGE, MADV_DONTNEED))
        lab_fail("madvise");
    lab_store(buffer, PAGES);
    lab_mark(lab, "dropped");
    lab_say("close the socket that has little memory");
    close(part);
    lab_drop(lab, small, NULL);
    usleep(SETTLE_US);
    lab_map_at(small, 4);
    lab_store(small, 4);
    lab_store(buffer, PAGES);
    lab_mark(lab, "part-closed");
    lab_say("close the one with the dropped memory");
    close(whole);
    lab_drop(lab, buffer, NULL);
    usleep(SETTLE_US);
    lab_map_at(buffer, PAGES);
    lab_store(buffer, PAGES);
    lab_mark(lab, "closed");
    close(kept);
    lab_close(lab);
    return 0;
}
