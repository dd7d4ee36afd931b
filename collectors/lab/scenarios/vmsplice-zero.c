/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vmsplice() of memory that was only read, so that the pipe holds the zero page, and of memory that is stored to: then a
 * store, then the pipe is read. What comes out is the moment of the call or later, as the manual says: a snapshot.
 * Expected: no finding on any kernel; the pages are listed as a snapshot for as long as they are in the pipe.
 */
#include "lab_hold.h"

#include <string.h>
#include <sys/uio.h>
#include <fcntl.h>
#include <unistd.h>

#define PAGES 4
#define BYTES (PAGES * LAB_PAGE)

int main(void)
{
    struct lab *lab = lab_open_bare();
    char *read_only = lab_map(PAGES), *stored = lab_map(PAGES), got[2 * BYTES];
    int ends[2];
    lab_touch(read_only, PAGES);
    lab_store(stored, PAGES);
    struct iovec parts[] = {{read_only, BYTES}, {stored, BYTES}};
    if (pipe(ends) || vmsplice(ends[1], parts, 2, 0) != 2 * BYTES)
        lab_fail("vmsplice");
    lab_hold(lab, read_only, BYTES, NULL, NULL);
    lab_hold(lab, stored, BYTES, NULL, NULL);
    lab_mark(lab, "in-the-pipe");
    memset(read_only, 7, BYTES);
    memset(stored, 7, BYTES);
    lab_mark(lab, "stored");
    if (read(ends[0], got, sizeof got) != sizeof got)
        lab_fail("cannot read the pipe");
    lab_say("the pipe gives %s where the process has stored 7", got[0] == 0 ? "zeros" : "something else");
    lab_drop(lab, read_only, NULL);
    lab_drop(lab, stored, NULL);
    lab_mark(lab, "read");
    lab_close(lab);
    return 0;
}
