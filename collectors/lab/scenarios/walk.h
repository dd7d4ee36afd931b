/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The random walk, by theme:
 *   walk.c            threads with regions, processes, rounds
 *   lab_walk.c        areas of every backing, and the ordinary memory calls on them
 *   lab_walk_calls.c  calls with more to them: moves, children, userfaultfd, what one process does to another
 *   lab_walk_crowd.c  processes that come, go, and stand still together at marks
 *   lab_walk_system.c what befalls all processes: swap, KSM, khugepaged, compaction
 */
#ifndef WALK_H
#define WALK_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct walker {
    pthread_t thread;
    int number, first_round;
    uint64_t state;
};

/* Some pages of one area; fd is its file or -1, area its index. */
struct walk_span {
    int area, fd, flags;
    char *va;
    size_t pages;
};

unsigned walk_random(struct walker *me, unsigned below);
/* Stores to, or reads, one word of each page that allows it. */
void walk_access(char *va, size_t pages, int store);

/* Held for reading by every step, for writing by userfaultfd's: else a page of the range could be touched, and the toucher
 * sleep, while the one who would fill it waits for that very thread. */
extern pthread_rwlock_t walk_steps;

/* Whoever is forked later shares the areas: private ones by copy on write, the others for good. */
void walk_open_areas(void);
struct walk_span walk_span(struct walker *me);
size_t walk_first_page(const struct walk_span *span);
/* Addresses for so many pages, not taken by anybody else, aligned to a huge page so that huge pages can be there. */
char *walk_reserve(size_t pages);
/* One random call or access on a random span. */
void walk_memory_step(struct walker *me);

void walk_move(struct walker *me, const struct walk_span *span);
void walk_child(struct walker *me, const struct walk_span *span);
void walk_userfault(struct walker *me, const struct walk_span *span);
/* Something is done to a process of the crowd, perhaps this one, from outside. */
void walk_foreign(struct walker *me, const struct walk_span *span);

#define WALK_MEMBERS 12
#define WALK_MARK 64

struct crowd {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    int members, standing;
    unsigned generation;
    pid_t pid[WALK_MEMBERS];
    char mark[WALK_MARK]; /* the one at which all stand */
    unsigned long steps, failed_registrations, registrations;
};
extern struct crowd *crowd;

void crowd_open(void);
/* On behalf of a process that is about to be forked; 0 when the crowd is full. */
int crowd_invite(void);
void crowd_join(void);
/* pid 0: one that was invited and could not be forked. */
void crowd_leave(pid_t pid);
/* Returns when every member stands. */
void crowd_stand(void);

/* Forks a process that must end with exit code 0 or by SIGKILL; if it does not, the process group is killed. */
pid_t crowd_fork(void);
/* Waits for all that crowd_fork() made. */
void crowd_reap(void);

void walk_system_open(void);
void walk_system_step(struct walker *me);
/* From here on nothing moves pages of its own accord, until walk_system_on(). */
void walk_system_still(void);
void walk_system_on(void);
void walk_system_close(void);
#endif
