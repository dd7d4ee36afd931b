/* SPDX-License-Identifier: Apache-2.0 */
/*
 * After fork() the child stores first, then the parent: whoever gets the copies, the parent must keep its pinned pages.
 * Expected: no stale page on these kernels.
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

    int stored[2], hold[2];
    char byte = 0;
    if (pipe(stored) || pipe(hold))
        lab_fail("cannot make pipes");
    pid_t child = fork();
    if (child < 0)
        lab_fail("fork");
    if (!child) {
        close(hold[1]);
        lab_store(buffer, PAGES);
        lab_store(buffer, PAGES); /* differs from what the parent stores next */
        _exit(write(stored[1], &byte, 1) != 1 || read(hold[0], &byte, 1) != 0);
    }
    if (read(stored[0], &byte, 1) != 1)
        lab_fail("the child did not store");
    lab_say("child %d has stored to its copy of all pages", child);
    lab_mark_and_compare(lab, "child-stored");
    lab_say("the parent stores");
    lab_store(buffer, PAGES);
    lab_mark_and_compare(lab, "parent-stored");
    close(hold[1]);
    if (waitpid(child, NULL, 0) != child)
        lab_fail("waitpid");
    lab_mark(lab, "child-gone");
    lab_close(lab);
    return 0;
}
