/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of which it is not known what they map, since when, and what pagemap said of them later. */
#ifndef PINTRAIL_FTRACE_PAGE_OPEN_H
#define PINTRAIL_FTRACE_PAGE_OPEN_H

#include "cells.h"
#include "page_frames.h"

struct open_page {
	u64 mm, page;
	struct record head; /* of what may have changed it last */
	struct call call;
	u32 cause;
	struct file_part file; /* that a fault has mapped here */
	u64 first;    /* not known since then */
	u64 since;    /* may have changed last */
	bool doubted; /* a DOUBT has been written */
	bool lost;    /* events are missing: whoever is in the middle of something with it may not be known */
	bool read;    /* at [read_begin, read_end], as value */
	bool unreadable; /* its address space is gone */
	u64 read_begin, read_end;
	cell value;
};

struct open_pages {
	struct table pages; /* by mm, page */
	size_t count;
};

struct open_page *open_find(const struct open_pages *open, u64 mm, u64 page);
struct open_page *open_add(struct open_pages *open, u64 mm, u64 page, const struct record *head);

/* The page may have changed at this time, too. */
void open_touch(struct open_page *page, u64 time);

/* A range may change from this time on (and is not known to change at it): readings that reach beyond do not count. */
void open_disturb(struct open_pages *open, u64 mm, struct page_run run, u64 time);
/* ... or has changed at this time at the latest. */
void open_touch_all(struct open_pages *open, u64 mm, struct page_run run, u64 time);

void open_remove(struct open_pages *open, struct open_page *page);

#endif
