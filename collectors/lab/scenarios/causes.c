/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Six ways to make a region stale, each through functions of a shared library without frame pointers, one in a second
 * thread, one in another process: findings must name the functions. Expected: all of them stale or detached on every
 * kernel, except that the stores after the mprotect cycle copy pages on 5.10 only.
 */
#include "lib/causes.h"
#include "lab.h"

#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGES 4UL
#define BYTES (PAGES * LAB_PAGE)
#define CHUNKS 64
#define CHUNK_BYTES (64UL << 10)

/*
 * Another process without regions. It outlives this one: a recorder in an emulated guest may be seconds late, and of a
 * process that has ended it can name no function.
 */
static void start_puncher(int fd, const int orders[2], const int answers[2])
{
    pid_t child = fork();
    char order, answer;
    if (child < 0)
        lab_fail("fork");
    if (child)
        return;
    close(orders[1]);
    if (read(orders[0], &order, 1) != 1)
        _exit(2);
    answer = (char)causes_punch(fd, 0, BYTES);
    if (write(answers[1], &answer, 1) != 1)
        _exit(2);
    sleep(30);
    _exit(0);
}

static void *evict_in_thread(void *buffer)
{
    causes_evict(buffer, BYTES);
    return NULL;
}

static char *heap[CHUNKS];

/* Chunks that malloc takes from the heap, and gives back only when it is asked to. */
static char *fill_heap(void)
{
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    for (int i = 0; i < CHUNKS; i++)
        if (!(heap[i] = malloc(CHUNK_BYTES)))
            lab_fail("malloc");
    char *in_the_middle = (char *)(((uintptr_t)heap[CHUNKS / 2] + LAB_PAGE) & -LAB_PAGE);
    lab_store(in_the_middle, PAGES);
    return in_the_middle;
}

static void empty_heap(void)
{
    for (int i = 0; i < CHUNKS; i++)
        free(heap[i]);
}

int main(void)
{
    int orders[2], answers[2], fd = memfd_create("shared", 0);
    char answer;
    if (fd < 0 || ftruncate(fd, BYTES) || pipe(orders) || pipe(answers))
        lab_fail("memfd_create or pipe");
    start_puncher(fd, orders, answers);
    struct lab *lab = lab_open();
    char *evicted = lab_map(PAGES), *unmapped = lab_map(PAGES), *counted = lab_map(PAGES), *moved = lab_map(17 * PAGES);
    char *punched = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), *trimmed = fill_heap();
    if (punched == MAP_FAILED)
        lab_fail("mmap");
    char *const buffers[] = { evicted, unmapped, trimmed, punched, counted, moved };
    for (int i = 0; i < 6; i++) {
        lab_store(buffers[i], PAGES);
        lab_register(lab, buffers[i], BYTES, LAB_RW);
    }
    lab_mark_and_compare(lab, "registered");

    pthread_t thread;
    if (pthread_create(&thread, NULL, evict_in_thread, evicted) || pthread_join(thread, NULL))
        lab_fail("pthread");
    causes_shrink(unmapped, BYTES);
    empty_heap();
    causes_trim();
    if (write(orders[1], "x", 1) != 1 || read(answers[0], &answer, 1) != 1 || answer != 1)
        lab_fail("the other process did not punch");
    if (mprotect(counted, BYTES, PROT_READ) || mprotect(counted, BYTES, PROT_READ | PROT_WRITE))
        lab_fail("mprotect");
    causes_count(counted, BYTES);
    if (causes_move(moved, BYTES) == MAP_FAILED)
        lab_fail("mremap");
    lab_mark_and_compare(lab, "changed");
    lab_store(evicted, PAGES);
    lab_store(punched, PAGES);
    lab_mark_and_compare(lab, "stored");
    lab_close(lab);
    return 0;
}
