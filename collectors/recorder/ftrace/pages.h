/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the pages of pinned address spaces map, from what kernel functions are given and return.
 *
 * Tracefs cannot walk a page table, so there is a model of it here, fed in the order of time:
 *
 *  * Most changes are exact: the function that enters a page into the reverse map is given the page, the area and the
 *    address (page_place.c); cells.h holds what is known of each page.
 *  * Others take a range at some moment between the call of a function and its return (page_frames.h): a zap, a move, the
 *    unmapping of a folio. At the return the outcome follows from the range - unless another thread changed a page of it
 *    meanwhile, and then nobody can tell which was last.
 *  * Where the outcome does not follow, the page is open (page_open.h) from that moment on, and is read back from
 *    /proc/PID/pagemap (page_read.c). The reading at [t1, t2] counts once all events up to t2 are known and none of them
 *    can have changed the page since: it then has mapped what was read ever since its last change. Until it is known
 *    there is a DOUBT.
 *
 * So the trace says what the page table said, or that it is not known; it never guesses.
 */
#ifndef PINTRAIL_FTRACE_PAGES_H
#define PINTRAIL_FTRACE_PAGES_H

#include "ftrace.h"

/* Finds out the numbers that the table needs and does not have. Before the probes are defined. */
void pages_calibrate(struct ftrace *f);

/*
 * A umem begins, or is over: its pages from the one of start on are of interest. At first not all of them, but as far as its
 * pins get (piece_end() in ../src/shadow.h): the functions that watch return the end of what is watched so far, and it is
 * that which is no longer watched in the end.
 */
u64 pages_watch(struct ftrace *f, const struct ftrace_event *e, u64 mm, u64 start, u64 length);
u64 pages_watch_on(u32 tid, u64 mm, u64 watched, u64 page, u64 end);
void pages_unwatch(struct ftrace *f, u64 mm, u64 start, u64 watched);

/* Whether there is a umem in the address space; 0: in any. */
bool pages_are_watched(u64 mm);

/* A GUP call returns with these struct pages; before the PIN_PAGES record. */
void pages_pinned(struct ftrace *f, const struct ftrace_event *e, u64 mm, u64 start, const u64 *page, u64 count, u64 umem);

void pages_space_end(struct ftrace *f, const struct ftrace_event *e, u64 mm);

/* The thread is gone, and with it what it was in the middle of. */
void pages_thread_end(struct ftrace *f, u32 tid);

/* Some events up to this time are missing; some after it have not been handled. */
void pages_lost(u64 until);

bool pages_have_been_lost(void);

/* An event of this time is about to be handled. */
void pages_before(struct ftrace *f, u64 time);

/* All events with a time before that have been handled. Returns until when records can be written. */
u64 pages_idle(struct ftrace *f, u64 complete_until);

#endif
