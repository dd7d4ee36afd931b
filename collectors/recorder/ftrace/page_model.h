/* SPDX-License-Identifier: Apache-2.0 */
/* The model of pages.h, and how it is changed: what changes in a page of a umem becomes a record. */
#ifndef PINTRAIL_FTRACE_PAGE_MODEL_H
#define PINTRAIL_FTRACE_PAGE_MODEL_H

#include "cells.h"
#include "page_frames.h"
#include "page_open.h"

#define LATE_NS 900000000ULL /* so much later than others a record may be written: readers sort by a second */

struct page_model {
	struct cells cells;
	struct page_frames frames;
	struct open_pages open;
	u64 huge_zero_frame; /* 0: not known */
	u64 read_at;         /* pagemap was last read then */
	u64 written_until;   /* records before this time may have been written */
	u64 lost_until;      /* events before that are missing, and nothing has been done about it; 0: all is well */
	u64 lost_at;         /* something was last done about it for events missing until then */
};

extern struct page_model page_model;

/* A change in progress: pages in ascending order. */
struct page_changes {
	struct ftrace *f;
	const struct ftrace_event *e;
	struct watched_space *space;
	struct pages_record record; /* what has not been put yet */
};

/* False, and nothing to be done, when the address space has no umems. */
bool changes_begin(struct page_changes *c, struct ftrace *f, const struct ftrace_event *e, u64 mm, u32 cause);
/* The page maps this from the event on. */
void changes_set(struct page_changes *c, u64 page, cell value);
/* All pages of a block, frames following on. */
void changes_set_block(struct page_changes *c, u64 number, cell first);
/* The page may have changed with the event, and may map anything. */
void changes_open(struct page_changes *c, u64 page);
/* The page is told of once more, unchanged: something else has been written of it. */
void changes_repeat(struct page_changes *c, u64 page);
void changes_end(struct page_changes *c);

/* An open page is known from this time on: what was read of it is told, and the doubt before. */
void page_close(struct ftrace *f, struct cell_block *block, struct open_page *page, u64 time);
void page_doubt(struct ftrace *f, struct open_page *page);
/* Since when it maps what was read of it: its last change; or, when that may not be known, or is too long ago to be told, the reading. */
u64 page_known_since(const struct open_page *page);

/* Events are missing until lost_until: nothing is known any more, and nobody known to be in the middle of anything. */
void page_forget_all(struct ftrace *f);

/* It has mapped this for some time. */
void page_learn(u64 mm, u64 page, cell value);

cell page_known(u64 mm, u64 page);

/* A kernel address of a struct page as a frame. */
u64 page_frame(const struct ftrace *f, u64 page);

#endif
