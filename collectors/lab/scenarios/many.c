/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three processes of three threads each, all at once, every thread with its own regions and queue pairs: one stays
 * healthy, one gives pages back, one replaces its mapping. Marks carry process and thread: p1-t2-…
 * Expected on every kernel: thread 1 has no stale page; thread 2 has 2 in every round; thread 3 has all 8 in every round.
 */
#include "lab.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES 3
#define THREADS 3
#define ROUNDS 3
#define PAGES 8

struct worker {
    pthread_t thread;
    int process, number;
};

static void disturb(int how, char *buffer)
{
    if (how == 2 && madvise(buffer + 3 * LAB_PAGE, 2 * LAB_PAGE, MADV_DONTNEED))
        lab_fail("MADV_DONTNEED");
    if (how == 3)
        lab_map_at(buffer, PAGES);
}

static void *work(void *argument)
{
    struct worker *me = argument;
    struct lab *lab = lab_open();
    char *buffer = lab_map(PAGES);
    for (int round = 1; round <= ROUNDS; round++) {
        lab_store(buffer, PAGES);
        struct ibv_mr *mr = lab_register(lab, buffer, PAGES * LAB_PAGE, LAB_RW);
        lab_mark_and_compare(lab, "p%d-t%d-round-%d-registered", me->process, me->number, round);
        disturb(me->number, buffer);
        lab_mark(lab, "p%d-t%d-round-%d-disturbed", me->process, me->number, round);
        lab_store(buffer, PAGES);
        lab_mark_and_compare(lab, "p%d-t%d-round-%d-stored", me->process, me->number, round);
        lab_deregister(lab, mr);
    }
    lab_close(lab);
    return NULL;
}

static int run_process(int process)
{
    struct worker workers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.process = process, .number = i + 1};
        errno = pthread_create(&workers[i].thread, NULL, work, &workers[i]);
        if (errno)
            lab_fail("pthread_create");
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(workers[i].thread, NULL);
    return 0;
}

int main(void)
{
    /* Makes the files and their headers before anyone appends. */
    lab_close(lab_open());
    pid_t children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] < 0)
            lab_fail("fork");
        if (!children[i])
            _exit(run_process(i + 1));
    }
    int failed = 0;
    for (int i = 0; i < PROCESSES; i++) {
        int status = 0;
        if (waitpid(children[i], &status, 0) != children[i] || status)
            failed = 1;
    }
    errno = 0;
    if (failed)
        lab_fail("a process failed");
    return 0;
}
