/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A seeded random walk: threads do random memory calls over areas of every backing while regions of random place, size
 * and access come and go; every few steps all threads stop at a mark and every page of every region is written down.
 * Usage: walk [SEED [ROUNDS [THREADS]]]. Expected on every kernel: whatever happens, the trace agrees with the pagemap.
 */
#include "lab_state.h"
#include "walk.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define STEPS_PER_ROUND 12
#define MOST_REGIONS 24

static struct lab *lab;
static pthread_mutex_t regions_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t barrier;
static unsigned long seed = 1;
static int rounds = 40, threads = 2;

static __thread sigjmp_buf after_fault;
static __thread volatile sig_atomic_t may_fault;

static void on_fault(int signal)
{
    if (!may_fault) {
        static const char line[] = "walk: a fault outside of a guarded access\n";
        (void)!write(STDERR_FILENO, line, sizeof line - 1);
        _exit(128 + signal);
    }
    siglongjmp(after_fault, 1);
}

/* Holes, protections and ends of files are part of the walk: such a page is passed over. */
static void access_page(volatile uint32_t *at, int store)
{
    static uint32_t stores;
    if (!sigsetjmp(after_fault, 1)) {
        may_fault = 1;
        if (store)
            *at = __atomic_add_fetch(&stores, 1, __ATOMIC_RELAXED);
        else
            (void)*at;
    }
    may_fault = 0;
}

void walk_access(char *va, size_t pages, int store)
{
    for (size_t page = 0; page < pages; page++)
        access_page((volatile uint32_t *)(va + page * LAB_PAGE), store);
}

unsigned walk_random(struct walker *me, unsigned below)
{
    me->state ^= me->state << 13;
    me->state ^= me->state >> 7;
    me->state ^= me->state << 17;
    return (me->state >> 11) % below;
}

static void register_some(struct walker *me)
{
    struct walk_span span = walk_span(me);
    size_t cut = walk_random(me, 3) ? 0 : walk_random(me, LAB_PAGE);
    int access = walk_random(me, 3) ? LAB_RW : LAB_RO;
    pthread_rwlock_rdlock(&walk_steps);
    struct ibv_mr *mr = ibv_reg_mr(lab->pd, span.va + cut, span.pages * LAB_PAGE - cut, access);
    pthread_rwlock_unlock(&walk_steps);
    if (!mr)
        return; /* over a hole or a read-only page: refused, as it should be */
    pthread_mutex_lock(&regions_lock);
    if (lab->region_count < MOST_REGIONS) {
        lab->regions[lab->region_count++] = (struct lab_region){mr, access};
        mr = NULL;
    }
    pthread_mutex_unlock(&regions_lock);
    if (mr && (errno = ibv_dereg_mr(mr)))
        lab_fail("ibv_dereg_mr refused");
}

static void deregister_some(struct walker *me)
{
    struct ibv_mr *mr = NULL;
    pthread_mutex_lock(&regions_lock);
    if (lab->region_count > 1) {
        int victim = 1 + walk_random(me, lab->region_count - 1);
        mr = lab->regions[victim].mr;
        lab->regions[victim] = lab->regions[--lab->region_count];
    }
    pthread_mutex_unlock(&regions_lock);
    if (mr && (errno = ibv_dereg_mr(mr)))
        lab_fail("ibv_dereg_mr refused");
}

static void step(struct walker *me)
{
    switch (walk_random(me, 8)) {
    case 0:
        register_some(me);
        break;
    case 1:
        if (walk_random(me, 2))
            deregister_some(me);
        break;
    default:
        walk_memory_step(me);
    }
}

static void *walk(void *argument)
{
    struct walker *me = argument;
    for (int round = 1; round <= rounds; round++) {
        for (int i = 0; i < STEPS_PER_ROUND; i++)
            step(me);
        pthread_barrier_wait(&barrier);
        if (!me->number)
            lab_mark(lab, "seed-%lu-round-%d", seed, round);
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        seed = strtoul(argv[1], NULL, 0);
    if (argc > 2)
        rounds = atoi(argv[2]);
    if (argc > 3)
        threads = atoi(argv[3]);
    errno = 0;
    if (rounds < 1 || threads < 1 || threads > 16)
        lab_fail("usage: walk [SEED [ROUNDS [THREADS]]], at most 16 threads");
    struct sigaction action = {.sa_handler = on_fault};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    lab = lab_open();
    walk_open_areas();
    pthread_barrier_init(&barrier, NULL, threads);
    struct walker walkers[16];
    for (int i = 0; i < threads; i++) {
        walkers[i] = (struct walker){.number = i, .state = (seed * 16 + i + 1) * 0x9e3779b97f4a7c15};
        errno = pthread_create(&walkers[i].thread, NULL, walk, &walkers[i]);
        if (errno)
            lab_fail("pthread_create");
    }
    for (int i = 0; i < threads; i++)
        pthread_join(walkers[i].thread, NULL);
    lab_close(lab);
    return 0;
}
