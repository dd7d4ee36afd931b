/* SPDX-License-Identifier: Apache-2.0 */
/* What the handlers of page events share. */
#ifndef PINTRAIL_FTRACE_PAGE_WORK_H
#define PINTRAIL_FTRACE_PAGE_WORK_H

#include "page_model.h"

#define BLOCK_BYTES (BLOCK_PAGES * PAGE_BYTES)

/* The pages that [start, end), in bytes, touches. */
static inline struct page_run bytes_run(u64 start, u64 end)
{
	return (struct page_run){ start >> PAGE_SHIFT, (end + PAGE_BYTES - 1) >> PAGE_SHIFT };
}

static inline struct page_run block_run(u64 address)
{
	u64 first = address / BLOCK_BYTES * BLOCK_PAGES;
	return (struct page_run){ first, first + BLOCK_PAGES };
}

/* The event's thread begins work on pages, with numbers for its end. */
struct page_frame *work_begin(const struct ftrace_event *e, enum page_work work, u64 mm, struct page_run range,
			      struct page_run other);

/* The thread's work ends; NULL when its begin was not seen. The caller frees the frame. Of a collapse, only the end may be told. */
struct page_frame *work_end(const struct ftrace_event *e, enum page_work work);

/* count pages from page (a struct page) on are mapped at address, by the event's thread; kind: CELL_* bits. */
void place_pages(struct ftrace *f, const struct ftrace_event *e, u64 mm, u64 page, u64 address, u64 count, cell kind);

/* Whether another thread is taking pages of the run away: before or after now, nobody can tell. */
bool run_is_contended(u32 tid, u64 mm, struct page_run run);

/* Every page of the run that is of a umem may have changed with the event. */
void open_run(struct page_changes *c, struct page_run run);

/* Changes of blocks: only those of which something is known, or that are of umems, unless the run is short. */
bool run_is_short(struct page_run run);
/* The number of the first block from number on that has cells; at least end if there is none. */
u64 next_block(u64 mm, u64 number, u64 end);

#endif
