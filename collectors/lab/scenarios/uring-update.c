/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fixed buffers end: replaced, taken out, unregistered, with the ring; and while a request still uses them, which
 * keeps the pages pinned until it is done. After each, new memory in their place: a buffer that is gone is not stale.
 * Expected: nothing of a buffer that is gone is told of at a mark, and no page is stale of those that remain, but for the
 * one that a request keeps.
 */
#include "lab_hold.h"

#include <errno.h>
#include <unistd.h>

#define PAGES 4
#define BYTES (PAGES * LAB_PAGE)
#define SLOTS 4
#define SETTLE_US 3000000 /* releases are left to kernel threads, in 5.10 and 6.1 a second later */

static void replace(char *va)
{
    lab_map_at(va, PAGES);
    lab_store(va, PAGES);
}

int main(void)
{
    struct lab *lab = lab_open_bare();
    char *buffer[SLOTS + 1], byte = 'x';
    size_t length[SLOTS + 1];
    int ends[2];
    for (int i = 0; i <= SLOTS; i++) {
        buffer[i] = lab_map(PAGES);
        length[i] = BYTES;
        lab_store(buffer[i], PAGES);
    }
    struct lab_uring *ring = lab_uring_open(lab), *other = lab_uring_open(lab);
    lab_uring_register(other, buffer + SLOTS, length + SLOTS, 1); /* there is always something to tell of */
    lab_uring_register(ring, buffer, length, SLOTS);
    lab_mark_and_compare(lab, "registered");

    lab_say("replace the first buffer by the second one's pages, take out the third");
    int error = lab_uring_update(ring, 0, buffer[1] + LAB_PAGE, 2 * LAB_PAGE);
    if (!error)
        error = lab_uring_update(ring, 2, NULL, 0);
    errno = -error;
    if (error)
        lab_fail("cannot update fixed buffers");
    usleep(SETTLE_US);
    replace(buffer[0]);
    replace(buffer[2]);
    lab_mark_and_compare(lab, "updated");

    lab_say("take out the fourth while a read from an empty pipe uses it");
    if (pipe(ends))
        lab_fail("pipe");
    lab_uring_start_read(ring, ends[0], 3, 1);
    if (lab_uring_update(ring, 3, NULL, 0))
        lab_fail("cannot take out a buffer in use");
    lab_mark_and_compare(lab, "in-use");
    if (write(ends[1], &byte, 1) != 1)
        lab_fail("write");
    if (lab_uring_wait(ring) != 1)
        lab_fail("the read did not end");
    usleep(SETTLE_US);
    replace(buffer[3]);
    lab_mark_and_compare(lab, "used");

    lab_say("unregister all, register anew, close the ring with its buffers");
    lab_uring_unregister(ring);
    usleep(SETTLE_US);
    replace(buffer[1]);
    lab_uring_register(ring, buffer, length, 2);
    lab_mark_and_compare(lab, "registered-again");
    lab_uring_close(ring);
    usleep(SETTLE_US);
    replace(buffer[0]);
    replace(buffer[1]);
    lab_mark_and_compare(lab, "closed");
    lab_uring_close(other);
    lab_close(lab);
    return 0;
}
