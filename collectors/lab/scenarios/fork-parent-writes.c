/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fork() write-protects the parent's pages; when the parent stores first, plain COW would give it new pages and leave
 * the device with the old ones, which the child keeps.
 * Expected: no stale page on these kernels: fork copies pinned pages for the child at once (70e806e4e645, 5.9).
 */
#include "lab.h"

#include <sys/wait.h>
#include <unistd.h>

#define PAGES 16

int main(void)
{
    struct lab *lab = lab_open();
    char *buffer = lab_map(PAGES);
    lab_store(buffer, PAGES);
    lab_register(lab, buffer, PAGES * LAB_PAGE, LAB_RW);
    lab_mark_and_compare(lab, "registered");

    int hold[2];
    if (pipe(hold))
        lab_fail("cannot make a pipe");
    pid_t child = fork();
    if (child < 0)
        lab_fail("fork");
    if (!child) {
        char end;
        close(hold[1]);
        _exit(read(hold[0], &end, 1) != 0);
    }
    lab_say("forked: child %d holds its copy and does nothing", child);
    lab_mark(lab, "forked");
    lab_say("the parent stores");
    lab_store(buffer, PAGES);
    lab_mark_and_compare(lab, "parent-stored");
    close(hold[1]);
    if (waitpid(child, NULL, 0) != child)
        lab_fail("waitpid");
    lab_say("the child is gone; the parent stores again");
    lab_store(buffer, PAGES);
    lab_mark_and_compare(lab, "child-gone");
    lab_close(lab);
    return 0;
}
