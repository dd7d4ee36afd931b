/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must not mix up two processes, or two times. A process ends with a region that its child keeps alive, for the child
 * has inherited the device's file. The next process gets the number of the dead one and registers the same addresses. The
 * clock of the wall is put forward, and back. Then the child closes the file.
 * A scenario for collectors/lab/run: the trace must agree with the pagemap at every mark, on every kernel; test/run looks
 * at what is said of the region that outlived its process.
 */
#include "../../lab/scenarios/lab_state.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES 24
#define AT ((char *)0x10000000000)

static int step[2];     /* a byte for each step that is done */
static pid_t *heir_pid; /* shared by all */

static void done(void)
{
    if (write(step[1], "", 1) != 1)
        lab_fail("pipe");
}

static void await(void)
{
    char byte;
    if (read(step[0], &byte, 1) != 1)
        lab_fail("a process of the scenario ended early");
}

static char *map(void)
{
    char *va = mmap(AT, PAGES * LAB_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (va != AT)
        lab_fail("cannot map at %p", AT);
    lab_store(va, PAGES);
    return va;
}

static void put_clock(time_t seconds)
{
    struct timeval now;
    gettimeofday(&now, NULL);
    now.tv_sec += seconds;
    if (settimeofday(&now, NULL))
        lab_fail("cannot set the clock");
    usleep(800000); /* the recorder looks twice a second */
}

/* The next process gets this number, if it is free. */
static void next_pid(pid_t pid)
{
    char text[16];
    int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY);
    int length = snprintf(text, sizeof text, "%d", pid - 1);
    if (fd < 0 || write(fd, text, length) != length)
        lab_fail("cannot choose the next process number");
    close(fd);
}

static void first_owner(void)
{
    struct lab *lab = lab_open();
    lab_register(lab, map(), PAGES * LAB_PAGE, LAB_RW);
    pid_t heir = fork();
    if (heir)
        *heir_pid = heir;
    if (!heir) {
        pause(); /* with the device's file open, and so the region alive */
        _exit(0);
    }
    lab_mark(lab, "owned");
    madvise(AT, PAGES / 2 * LAB_PAGE, MADV_DONTNEED);
    lab_store(AT, PAGES / 3);
    lab_mark(lab, "owned-changed");
    done();
    _exit(0);
}

static void second_owner(void)
{
    struct lab *lab = lab_open();
    lab_register(lab, map(), PAGES * LAB_PAGE, LAB_RW);
    lab_mark(lab, "reused");
    put_clock(3600);
    madvise(AT + 2 * LAB_PAGE, 4 * LAB_PAGE, MADV_DONTNEED);
    lab_mark(lab, "reused-an-hour-later");
    lab_store(AT, PAGES);
    put_clock(-7200);
    lab_mark(lab, "reused-an-hour-earlier");
    put_clock(3600);
    done();
    await();
    lab_store(AT, 3);
    lab_mark(lab, "reused-alone");
    lab_close(lab);
    exit(0);
}

int main(void)
{
    struct lab_csv truth = {0};
    int marker = lab_open_marker(), status;
    lab_csv_open(&truth, "truth.csv", LAB_TRUTH_HEADER);
    if (pipe(step))
        lab_fail("pipe");
    heir_pid = mmap(NULL, LAB_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (heir_pid == MAP_FAILED)
        lab_fail("mmap");
    pid_t first = fork();
    if (!first)
        first_owner();
    await();
    waitpid(first, &status, 0);
    lab_write_mark(marker, "outlived");
    int other[2];
    if (pipe(other))
        lab_fail("pipe");
    next_pid(first);
    pid_t second = fork();
    if (!second) {
        close(step[0]);
        step[0] = other[0];
        second_owner();
    }
    lab_say(second == first ? "the number was given again" : "NOTE: the number was not given again");
    await();
    lab_write_mark(marker, "both");
    kill(*heir_pid, SIGKILL);
    usleep(500000);
    step[1] = other[1];
    done();
    waitpid(second, &status, 0);
    return status != 0;
}
