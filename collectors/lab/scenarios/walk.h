/* SPDX-License-Identifier: Apache-2.0 */
/* The random walk: walk.c has the regions and the marks, lab_walk.c the memory and what happens to it. */
#ifndef WALK_H
#define WALK_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

struct walker {
    pthread_t thread;
    int number;
    uint64_t state;
};

/* Some pages of one area; area is its index. */
struct walk_span {
    int area;
    char *va;
    size_t pages;
};

unsigned walk_random(struct walker *me, unsigned below);
/* Stores to, or reads, one word of each page that allows it. */
void walk_access(char *va, size_t pages, int store);

/* Held for reading by every step, for writing by userfaultfd's: a range unmapped between its protection and the lifting of
 * it could not be unregistered, and whoever touched it would sleep forever. */
extern pthread_rwlock_t walk_steps;

void walk_open_areas(void);
struct walk_span walk_span(struct walker *me);
/* One random call or access on a random span. */
void walk_memory_step(struct walker *me);
#endif
