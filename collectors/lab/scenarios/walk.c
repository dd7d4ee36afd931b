/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A seeded random walk: processes and their threads do random memory calls over areas of every backing, some of them
 * shared between all, while regions of random place, size and access come and go, children are born with regions of their
 * own and die in every way, and the kernel swaps, merges, collapses and migrates. Every few steps all stand still at a
 * mark and every page of every region is written down.
 * Usage: walk [SEED|FIRST-LAST [ROUNDS [PROCESSES [THREADS]]]].
 * Expected on every kernel: whatever happens, the trace agrees with the pagemap.
 */
#include "lab_state.h"
#include "walk.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEPS_PER_ROUND 12
#define MOST_REGIONS 12
#define MOST_THREADS 8
#define STUCK_S 300

static struct lab *lab; /* this process's */
static pthread_mutex_t regions_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t barrier;
static unsigned long seed;
static int rounds = 20, processes = 3, threads = 2;
static int round_now, last_round; /* of this process */
static pid_t recorder;

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

static struct walker walker_of(int process, int number)
{
    struct walker me = {.number = number, .state = (seed * 1024 + process * 16 + number + 1) * 0x9e3779b97f4a7c15};
    for (int i = 0; i < 4; i++)
        walk_random(&me, 2);
    return me;
}

static void register_some(struct walker *me)
{
    struct walk_span span = walk_span(me);
    size_t cut = walk_random(me, 3) ? 0 : walk_random(me, LAB_PAGE);
    int access = walk_random(me, 3) ? LAB_RW : LAB_RO;
    pthread_rwlock_rdlock(&walk_steps);
    struct ibv_mr *mr = ibv_reg_mr(lab->pd, span.va + cut, span.pages * LAB_PAGE - cut, access);
    pthread_rwlock_unlock(&walk_steps);
    __atomic_add_fetch(mr ? &crowd->registrations : &crowd->failed_registrations, 1, __ATOMIC_RELAXED);
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

/* Kernels from 6.4 on take it; the region is the same after. */
static void reregister_some(struct walker *me)
{
    pthread_mutex_lock(&regions_lock);
    if (lab->region_count > 1)
        lab_reregister_access(lab, lab->regions[1 + walk_random(me, lab->region_count - 1)].mr,
                              walk_random(me, 2) ? LAB_RW : LAB_RO);
    pthread_mutex_unlock(&regions_lock);
}

static void walk_process(int number, int first, int last, int thread_count);

/* A child takes part in a few rounds with regions of its own, over memory it shares with its parent one way or another. */
static void bear(struct walker *me)
{
    struct walker child = *me;
    if (!crowd_invite())
        return;
    /* Not while a userfaultfd is open: a child that has it too leaves whoever touches a page of it waiting for ever. */
    pthread_rwlock_rdlock(&walk_steps);
    pid_t pid = crowd_fork();
    if (pid)
        pthread_rwlock_unlock(&walk_steps);
    if (pid < 0)
        crowd_leave(0);
    if (pid)
        return;
    pthread_rwlock_init(&walk_steps, NULL);
    pthread_mutex_init(&regions_lock, NULL);
    /* Else the child holds on to its parent's regions: they outlive their address space. */
    if (walk_random(&child, 2))
        close(lab->context->cmd_fd);
    int last = round_now + walk_random(&child, 3);
    walk_process(16 + walk_random(&child, 1000), round_now, last < last_round ? last : last_round, 1);
    crowd_leave(getpid());
    switch (walk_random(&child, 4)) {
    case 0:
        kill(getpid(), SIGKILL);
        break;
    case 1:
        execl("/bin/true", "true", NULL);
        break;
    case 2:
        lab_close(lab);
        break;
    }
    _exit(0);
}

static void step(struct walker *me)
{
    __atomic_add_fetch(&crowd->steps, 1, __ATOMIC_RELAXED);
    switch (walk_random(me, 32)) {
    case 0:
    case 1:
    case 2:
    case 3:
        register_some(me);
        break;
    case 4:
    case 5:
        deregister_some(me);
        break;
    case 6:
        reregister_some(me);
        break;
    case 7:
        if (threads > 1 || processes > 1)
            bear(me);
        break;
    default:
        walk_memory_step(me);
    }
}

/* All threads of all processes stand; the first writes the mark, and each process its rows. */
static void stand(struct walker *me)
{
    pthread_barrier_wait(&barrier);
    if (!me->number) {
        crowd_stand();
        crowd_stand();
        lab_truth(lab, crowd->mark);
        crowd_stand();
        round_now++;
    }
    pthread_barrier_wait(&barrier);
}

static void *walk(void *argument)
{
    struct walker *me = argument;
    while (round_now <= last_round) {
        for (int i = 0; i < STEPS_PER_ROUND; i++)
            step(me);
        stand(me);
    }
    return NULL;
}

static void walk_process(int number, int first, int last, int thread_count)
{
    struct walker walkers[MOST_THREADS];
    round_now = first;
    last_round = last;
    crowd_join();
    lab = lab_open();
    pthread_barrier_init(&barrier, NULL, thread_count);
    for (int i = 0; i < thread_count; i++) {
        walkers[i] = walker_of(number, i);
        errno = i ? pthread_create(&walkers[i].thread, NULL, walk, &walkers[i]) : 0;
        if (errno)
            lab_fail("pthread_create");
    }
    walk(&walkers[0]);
    for (int i = 1; i < thread_count; i++)
        pthread_join(walkers[i].thread, NULL);
}

/* A walk that gets stuck says where, and ends. */
static void on_alarm(int signal)
{
    (void)signal;
    (void)!system("for t in /proc/[0-9]*/task/*; do [ $(cat $t/comm) = walk ] && { echo $t; cat $t/syscall $t/stack; }; done");
    kill(0, SIGKILL);
}

static void lead(void)
{
    struct lab_csv truth = {0};
    struct walker me = walker_of(0, 15);
    int marker = lab_open_marker();
    setpgid(0, 0);
    crowd_open();
    crowd->members = 1 + processes;
    lab_csv_open(&truth, "truth.csv", LAB_TRUTH_HEADER);
    walk_system_open();
    walk_open_areas();
    for (int i = 0; i < processes; i++) {
        pid_t pid = crowd_fork();
        if (pid < 0)
            lab_fail("fork");
        if (pid)
            continue;
        walk_process(i, 1, rounds, threads);
        crowd_leave(getpid());
        crowd_reap();
        lab_close(lab);
        exit(0);
    }
    signal(SIGALRM, on_alarm);
    for (int round = 1; round <= rounds; round++) {
        alarm(STUCK_S);
        walk_system_step(&me);
        crowd_stand();
        walk_system_still();
        snprintf(crowd->mark, sizeof crowd->mark, "seed-%lu-round-%d%s", seed, round, round == rounds ? "-healed" : "");
        /* Nothing may be unknown then, whatever was lost before. */
        if (round == rounds)
            lab_heal(recorder);
        lab_write_mark(marker, crowd->mark);
        /* What is lost from here on must not be taken for lost before. */
        if (round == rounds)
            lab_heal(recorder);
        crowd_stand();
        crowd_stand();
        walk_system_on();
    }
    alarm(STUCK_S);
    crowd_leave(getpid());
    crowd_reap();
    walk_system_close();
    lab_say("seed %lu: %lu steps, %lu registrations, %lu more refused", seed, crowd->steps, crowd->registrations,
            crowd->failed_registrations);
    exit(0);
}

int main(int argc, char **argv)
{
    unsigned long first = 1, last = 1;
    if (argc > 1 && sscanf(argv[1], "%lu-%lu", &first, &last) == 1)
        last = first;
    if (argc > 2)
        rounds = atoi(argv[2]);
    if (argc > 3)
        processes = atoi(argv[3]);
    if (argc > 4)
        threads = atoi(argv[4]);
    errno = 0;
    if (rounds < 1 || processes < 1 || processes > WALK_MEMBERS / 2 || threads < 1 || threads > MOST_THREADS)
        lab_fail("usage: walk [SEED|FIRST-LAST [ROUNDS [PROCESSES [THREADS]]]], at most %d processes of %d threads",
                 WALK_MEMBERS / 2, MOST_THREADS);
    struct sigaction action = {.sa_handler = on_fault};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    recorder = lab_recorder();
    for (seed = first; seed <= last; seed++) {
        int status;
        pid_t leader = fork();
        if (!leader) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            lead();
        }
        if (leader < 0 || waitpid(leader, &status, 0) != leader)
            lab_fail("cannot start the walk of seed %lu", seed);
        errno = 0;
        if (status)
            lab_fail("seed %lu did not get to its end", seed);
    }
    return 0;
}
