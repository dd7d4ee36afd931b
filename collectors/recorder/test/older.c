/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regions that are older than the recording. Three processes register memory of every kind, some of it stale already;
 * then they have the recorder started (twice: the first one is killed), and only then comes what the recorder must see.
 * usage: older RECORDER ARGUMENT…; the traces are $LAB_OUT-1.ptl (killed) and $LAB_OUT-2.ptl, and marks begin with 1 or 2.
 */
#include "../../lab/scenarios/lab.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES 64
#define HUGE_BYTES (2UL << 20)

static char *plain, *read_only, *replaced, *dropped, *moved, *huge, *pool, *shared, *file, *spare;
static struct ibv_mr *spare_region;
static int memfd;

static char *aligned(size_t bytes)
{
    char *area = mmap(NULL, bytes + HUGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return (char *)(((uintptr_t)area + HUGE_BYTES - 1) & -HUGE_BYTES);
}

static void register_all(struct lab *lab)
{
    plain = lab_map(PAGES);
    lab_store(plain, PAGES);
    lab_register(lab, plain + 100, (PAGES - 2) * LAB_PAGE, LAB_RW);
    lab_register(lab, plain + 3 * LAB_PAGE, 9 * LAB_PAGE, LAB_RO); /* over the same pages */

    read_only = lab_map(PAGES);
    lab_store(read_only, PAGES / 2); /* the rest is not touched yet */
    lab_register(lab, read_only, PAGES * LAB_PAGE, LAB_RO);

    replaced = lab_map(PAGES);
    lab_store(replaced, PAGES);
    lab_register(lab, replaced, PAGES * LAB_PAGE, LAB_RW);
    munmap(replaced + 8 * LAB_PAGE, 16 * LAB_PAGE);
    lab_map_at(replaced + 8 * LAB_PAGE, 16);
    lab_store(replaced + 8 * LAB_PAGE, 16);

    dropped = lab_map(PAGES);
    lab_store(dropped, PAGES);
    lab_register(lab, dropped, PAGES * LAB_PAGE, LAB_RW);
    madvise(dropped + 4 * LAB_PAGE, 4 * LAB_PAGE, MADV_DONTNEED);

    moved = lab_map(PAGES);
    lab_store(moved, PAGES);
    lab_register(lab, moved, PAGES * LAB_PAGE, LAB_RW);
    mremap(moved, 8 * LAB_PAGE, 8 * LAB_PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, lab_map(8));

    huge = aligned(2 * HUGE_BYTES);
    madvise(huge, 2 * HUGE_BYTES, MADV_HUGEPAGE);
    lab_store(huge, 1024);
    lab_register(lab, huge + 7 * LAB_PAGE, HUGE_BYTES + 200 * LAB_PAGE, LAB_RW);

    pool = mmap(NULL, HUGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
    if (pool == MAP_FAILED)
        lab_fail("no hugetlb page");
    lab_store(pool, 512);
    lab_register(lab, pool, HUGE_BYTES, LAB_RW);

    memfd = memfd_create("older", MFD_CLOEXEC);
    if (ftruncate(memfd, PAGES * LAB_PAGE))
        lab_fail("ftruncate");
    shared = mmap(NULL, PAGES * LAB_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
    lab_store(shared, PAGES);
    lab_register(lab, shared, PAGES * LAB_PAGE, LAB_RW);

    file = mmap(NULL, PAGES * LAB_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, memfd, 0);
    lab_touch(file, PAGES);
    lab_register(lab, file, PAGES * LAB_PAGE, LAB_RO);

    spare = lab_map(PAGES);
    lab_store(spare, PAGES);
    spare_region = lab_register(lab, spare, PAGES * LAB_PAGE, LAB_RW);
}

/* What the recorder sees of regions that it has not seen registered. round: 1, 2 */
static void change_all(struct lab *lab, int round)
{
    char *at = plain + 16 * round * LAB_PAGE;
    lab_mark_and_compare(lab, "%d-found", round);

    munmap(at, 4 * LAB_PAGE);
    lab_mark(lab, "%d-unmapped", round);
    lab_map_at(at, 4);
    lab_store(at, 4);
    madvise(huge + round * 64 * LAB_PAGE, 8 * LAB_PAGE, MADV_DONTNEED);
    lab_store(huge + round * 64 * LAB_PAGE, 4);
    fallocate(memfd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, round * 8 * LAB_PAGE, 4 * LAB_PAGE);
    lab_store(shared + (round * 8 + 1) * LAB_PAGE, 2);
    lab_mark_and_compare(lab, "%d-replaced", round);

    mprotect(read_only, PAGES * LAB_PAGE, PROT_READ);
    mprotect(read_only, PAGES * LAB_PAGE, PROT_READ | PROT_WRITE);
    lab_store(read_only + round * LAB_PAGE, 8);
    lab_store(file + round * 4 * LAB_PAGE, 3);
    lab_mark_and_compare(lab, "%d-stored", round);

    pid_t child = fork();
    if (!child) {
        lab_store(plain, PAGES);
        _exit(0);
    }
    lab_store(plain, PAGES);
    waitpid(child, NULL, 0);
    lab_mark_and_compare(lab, "%d-forked", round);

    /* The same place once more, and something new in the place of something old. */
    if (spare_region)
        lab_deregister(lab, spare_region);
    munmap(spare, PAGES * LAB_PAGE);
    lab_map_at(spare, PAGES);
    lab_store(spare, PAGES);
    spare_region = lab_register(lab, spare, PAGES * LAB_PAGE, LAB_RW);
    lab_mark(lab, "%d-registered", round);
    madvise(spare, 3 * LAB_PAGE, MADV_DONTNEED);
    lab_store(spare, 2);
    lab_mark_and_compare(lab, "%d-last", round);
}

/* A process that says what it did and is told when to go on. */
struct peer {
    pid_t pid;
    int to, from;
};

static void say(int fd, char what)
{
    if (write(fd, &what, 1) != 1)
        lab_fail("a process is gone");
}

static void hear(int fd)
{
    char what;
    if (read(fd, &what, 1) != 1)
        lab_fail("a process is gone");
}

static void be_peer(int name, int in, int out)
{
    struct lab *lab = lab_open();
    char *buffer = lab_map(PAGES);
    lab_store(buffer, PAGES);
    lab_register(lab, buffer, PAGES * LAB_PAGE, LAB_RW);
    if (name)
        madvise(buffer, PAGES / 2 * LAB_PAGE, MADV_DONTNEED);
    say(out, 'r');
    for (int round = 1; round <= 2; round++) {
        hear(in);
        lab_mark_and_compare(lab, "%d-peer%d-found", round, name);
        madvise(buffer + (PAGES / 2 + round) * LAB_PAGE, LAB_PAGE, MADV_DONTNEED);
        lab_store(buffer, PAGES);
        lab_mark_and_compare(lab, "%d-peer%d-changed", round, name);
        say(out, 'd');
    }
    lab_close(lab);
    _exit(0);
}

static struct peer start_peer(int name)
{
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
        lab_fail("pipe");
    pid_t pid = fork();
    if (!pid) {
        close(to[1]);
        close(from[0]);
        be_peer(name, to[0], from[1]);
    }
    close(to[0]);
    close(from[1]);
    hear(from[0]);
    return (struct peer){pid, to[1], from[0]};
}

/* Registers, and leaves the device's file to a child: regions whose address space is gone. */
static pid_t leave_orphan(void)
{
    int gone[2];
    if (pipe(gone))
        lab_fail("pipe");
    pid_t pid = fork();
    if (!pid) {
        struct lab *lab = lab_open();
        char *buffer = lab_map(PAGES);
        lab_store(buffer, PAGES);
        lab_register(lab, buffer, PAGES * LAB_PAGE, LAB_RW);
        pid_t keeper = fork();
        if (!keeper) {
            close(gone[0]);
            close(gone[1]);
            pause();
        }
        if (write(gone[1], &keeper, sizeof keeper) != sizeof keeper)
            lab_fail("pipe");
        _exit(0);
    }
    pid_t keeper;
    if (read(gone[0], &keeper, sizeof keeper) != sizeof keeper)
        lab_fail("no orphan");
    waitpid(pid, NULL, 0);
    close(gone[0]);
    close(gone[1]);
    return keeper;
}

static pid_t record(char **command, int round)
{
    char path[4096], line[512];
    int said[2];
    char *argv[64] = {NULL};
    int count = 0;
    for (; command[count] && count < 60; count++)
        argv[count] = command[count];
    snprintf(path, sizeof path, "%s-%d.ptl", getenv("LAB_OUT"), round);
    argv[count++] = "-o";
    argv[count++] = path;
    if (pipe2(said, O_CLOEXEC))
        lab_fail("pipe");
    pid_t pid = fork();
    if (!pid) {
        dup2(said[1], STDERR_FILENO);
        execv(argv[0], argv);
        _exit(127);
    }
    close(said[1]);
    FILE *stream = fdopen(said[0], "r");
    while (fgets(line, sizeof line, stream)) {
        fputs(line, stdout);
        if (strstr(line, ": ready")) {
            fflush(stdout);
            return pid;
        }
    }
    errno = 0;
    lab_fail("the recorder does not get ready");
}

int main(int argc, char **argv)
{
    (void)argc;
    struct peer peers[2];
    FILE *pages = fopen("/proc/sys/vm/nr_hugepages", "w");
    if (!pages || fprintf(pages, "2\n") < 0 || fclose(pages))
        lab_fail("cannot reserve huge pages");
    for (int i = 0; i < 2; i++)
        peers[i] = start_peer(i);
    pid_t keeper = leave_orphan();
    struct lab *lab = lab_open();
    register_all(lab);
    for (int round = 1; round <= 2; round++) {
        pid_t recorder = record(argv + 1, round);
        change_all(lab, round);
        for (int i = 0; i < 2; i++) {
            say(peers[i].to, 'g');
            hear(peers[i].from);
        }
        sleep(2); /* so that what was recorded is in the file, whatever comes */
        kill(recorder, round == 1 ? SIGKILL : SIGTERM);
        waitpid(recorder, NULL, 0);
    }
    kill(keeper, SIGKILL);
    lab_close(lab);
    return 0;
}
