/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reading of a page at [t1, t2] tells what it has mapped since its last possible change X if nothing can have changed it
 * in (X, t2]. Whether something has is known when all events up to t2 have been handled; the handlers take back a reading
 * that does not count (page_open.c). Pages that somebody is in the middle of are not read at all.
 */
#include "page_read.h"

#include "ask.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PRESENT (1ULL << 63)
#define SWAPPED (1ULL << 62)
#define OF_FILE (1ULL << 61)
#define FRAME ((1ULL << 55) - 1)
#define CHUNK 512

#define EVERY_NS 2000000ULL      /* readings are at least so far apart */
#define SETTLED_NS 1000000ULL    /* an entry is set right after the event that tells of it */
#define AFTER_LOSS_NS 200000000ULL /* what began before a loss has ended */
#define DOUBT_NS 500000000ULL    /* after so long a DOUBT is written */
#define PATIENCE_NS (5 * NS_PER_S) /* records wait at most so long for the reading of a page */

static cell cell_of(u64 entry)
{
	if (entry & PRESENT)
		return mapped(entry & FRAME) | CELL_KIND_KNOWN | (entry & OF_FILE ? 0 : CELL_ANON);
	return entry & SWAPPED ? STATE_ABSENT : STATE_NONE;
}

static bool is_in_work(const struct open_page *page)
{
	struct page_run run = { page->page, page->page + 1 };
	for (const struct page_frame *frame = page_model.frames.all; frame; frame = frame->next)
		if (frame_meets(frame, page->mm, run))
			return true;
	return false;
}

static int by_place(const void *a, const void *b)
{
	const struct open_page *x = *(struct open_page *const *)a, *y = *(struct open_page *const *)b;
	if (x->mm != y->mm)
		return x->mm < y->mm ? -1 : 1;
	return x->page < y->page ? -1 : x->page > y->page;
}

static struct open_page **list_open(size_t *count)
{
	const struct table *table = &page_model.open.pages;
	struct open_page **list = need(page_model.open.count * sizeof *list);
	*count = 0;
	for (size_t i = 0; i <= table->mask; i++)
		if (table->slots[i].value)
			list[(*count)++] = table->slots[i].value;
	qsort(list, *count, sizeof *list, by_place);
	return list;
}

static void settle(struct ftrace *f, struct open_page *page, u64 now, u64 complete_until)
{
	struct cell_block *block = cells_block(&page_model.cells, page->mm, page->page / BLOCK_PAGES);
	if (!block->watchers) {
		cell_put(block, page->page % BLOCK_PAGES, STATE_UNKNOWN);
		page_close(f, block, page, page->since);
	} else if (page->read && complete_until > page->read_end) {
		cell_put(block, page->page % BLOCK_PAGES, page->value);
		page_close(f, block, page, page_known_since(page));
	} else if (!page->doubted && now - page->first > DOUBT_NS) {
		page_doubt(f, page);
	}
}

/* Pages that follow one another, at most a chunk. */
static void read_run(struct open_page **pages, size_t count)
{
	u64 entries[CHUNK], begin = now_ns();
	const struct watched_space *space = cells_space(&page_model.cells, pages[0]->mm);
	u64 first = pages[0]->page, all = pages[count - 1]->page + 1 - first;
	if (!space || space->pagemap < 0 ||
	    pread(space->pagemap, entries, all * sizeof *entries, first * sizeof *entries) != (ssize_t)(all * sizeof *entries)) {
		for (size_t i = 0; i < count; i++)
			pages[i]->unreadable = true;
		return;
	}
	u64 end = now_ns();
	for (size_t i = 0; i < count; i++) {
		pages[i]->read = true;
		pages[i]->read_begin = begin;
		pages[i]->read_end = end;
		pages[i]->value = cell_of(entries[pages[i]->page - first]);
	}
}

static void read_pages(struct open_page **pages, size_t count, u64 now)
{
	size_t keep = 0;
	for (size_t i = 0; i < count; i++)
		if (!pages[i]->read && now - pages[i]->since > SETTLED_NS && !is_in_work(pages[i]))
			pages[keep++] = pages[i];
	for (size_t i = 0, next; i < keep; i = next) {
		for (next = i + 1; next < keep && pages[next]->mm == pages[i]->mm && pages[next]->page - pages[i]->page < CHUNK;)
			next++;
		read_run(pages + i, next - i);
	}
}

/* The last change of a page that will soon be known as of then: what comes long after that must not be written before it. */
static u64 oldest_change(u64 now)
{
	const struct table *table = &page_model.open.pages;
	u64 oldest = now;
	for (size_t i = 0; page_model.open.count && i <= table->mask; i++) {
		const struct open_page *page = table->slots[i].value;
		u64 change = !page || page->lost || page->unreadable ? now : page->doubted ? page->since : page->first;
		if (change < oldest && now - change < PATIENCE_NS)
			oldest = change;
	}
	return oldest;
}

u64 page_read_hold(u64 complete_until)
{
	u64 until = complete_until;
	if (page_model.open.count) {
		u64 hold = oldest_change(now_ns()) + LATE_NS;
		until = hold < until ? hold : until;
	}
	if (until > page_model.written_until)
		page_model.written_until = until;
	return until;
}

void page_read_all(struct ftrace *f, u64 complete_until)
{
	u64 now = now_ns();
	size_t count;
	if (!page_model.open.count || now - page_model.read_at < EVERY_NS)
		return;
	page_model.read_at = now;
	struct open_page **list = list_open(&count);
	for (size_t i = 0; i < count; i++)
		settle(f, list[i], now, complete_until);
	free(list);
	if (!page_model.open.count || now - page_model.lost_at < AFTER_LOSS_NS)
		return;
	list = list_open(&count);
	read_pages(list, count, now);
	free(list);
}

int page_read_open(struct ftrace *f, u64 mm, u32 pid)
{
	int pagemap;
	u64 of = ftrace_open_pagemap(f, pid, &pagemap);
	if (pagemap >= 0 && of != mm) {
		close(pagemap);
		return -1;
	}
	return pagemap;
}
