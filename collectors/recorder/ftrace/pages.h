/* SPDX-License-Identifier: Apache-2.0 */
/* What the pages of live umems map, from the kernel's own events about each page: called by the rest of the backend. */
#ifndef PINTRAIL_FTRACE_PAGES_H
#define PINTRAIL_FTRACE_PAGES_H

#include "ftrace.h"

/* Finds out the numbers that the table needs and does not have. Before the probes are defined. */
void pages_calibrate(struct ftrace *f);

/* Dies when what the probes say of pages of our own is not what /proc/self/pagemap says. Probes are attached. */
void pages_self_check(struct ftrace *f);

/* A umem begins, or is over: [start, start + length) is of interest. */
void pages_watch(struct ftrace *f, const struct ftrace_event *e, u64 mm, u64 start, u64 length);
void pages_unwatch(struct ftrace *f, const struct ftrace_event *e, u64 mm, u64 start, u64 length);

/* A GUP call returns with these struct pages; before the PIN_PAGES record. */
void pages_pinned(struct ftrace *f, const struct ftrace_event *e, u64 mm, u64 start, const u64 *page, u64 count, u64 umem);

void pages_space_end(struct ftrace *f, const struct ftrace_event *e, u64 mm);

/* All events with a time before that have been handled. */
void pages_idle(struct ftrace *f, u64 complete_until);

#endif
