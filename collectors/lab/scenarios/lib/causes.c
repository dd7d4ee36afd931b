/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcauses.so: what a registration cache does not see, several calls deep, as in a library that a distribution ships: no
 * frame pointers, functions that are not exported, callers that keep things on the stack.
 */
#include "causes.h"

#include <fcntl.h>
#include <malloc.h>
#include <string.h>
#include <sys/mman.h>

#define DEEP __attribute__((noinline, noclone))

/* Uses the stack, so that the return address is not where the stack pointer is. */
static DEEP int with_notes(int (*act)(char *, size_t), char *start, size_t bytes)
{
    volatile char notes[300];
    memset((char *)notes, (int)bytes, sizeof notes);
    int result = act(start, bytes);
    return result + notes[7] - notes[11];
}

static DEEP int discard(char *start, size_t bytes)
{
    return madvise(start, bytes, MADV_DONTNEED) * 2;
}

static DEEP int unmap(char *start, size_t bytes)
{
    return munmap(start, bytes) * 2;
}

static DEEP int give_back(char *start, size_t bytes)
{
    (void)start;
    return malloc_trim(bytes) * 2;
}

static DEEP int fill(char *start, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        ((volatile char *)start)[i] += 1;
    return start[0] ? 0 : 1;
}

int causes_evict(char *start, size_t bytes)
{
    return with_notes(discard, start, bytes) + 1;
}

int causes_shrink(char *start, size_t bytes)
{
    return with_notes(unmap, start, bytes) + 1;
}

int causes_trim(void)
{
    return with_notes(give_back, NULL, 0) + 1;
}

int causes_count(char *start, size_t bytes)
{
    return with_notes(fill, start, bytes) + 1;
}

DEEP static int punch(int fd, size_t from, size_t bytes)
{
    return fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)from, (off_t)bytes) * 2;
}

int causes_punch(int fd, size_t from, size_t bytes)
{
    return punch(fd, from, bytes) + 1;
}

char *causes_move(char *start, size_t bytes)
{
    char *volatile moved = mremap(start, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, start + 16 * bytes);
    return moved;
}
