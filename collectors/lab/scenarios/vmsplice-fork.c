/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vmsplice() and then fork(): the parent's store gives it a copy, and the pipe keeps the page that the child has.
 * Expected: no finding on any kernel: a pipe holds pages for a moment, which is a snapshot.
 */
#include "lab_hold.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES 8
#define BYTES (PAGES * LAB_PAGE)

int main(void)
{
    struct lab *lab = lab_open_bare();
    char *buffer = lab_map(PAGES);
    int ends[2];
    lab_store(buffer, PAGES);
    struct iovec part = {buffer, BYTES};
    if (pipe(ends) || vmsplice(ends[1], &part, 1, 0) != BYTES)
        lab_fail("vmsplice");
    lab_hold(lab, buffer, BYTES, NULL, NULL);
    pid_t child = fork();
    if (!child) {
        pause();
        _exit(0);
    }
    lab_mark(lab, "forked");
    lab_store(buffer, PAGES);
    lab_mark(lab, "stored");
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    lab_close(lab);
    return 0;
}
