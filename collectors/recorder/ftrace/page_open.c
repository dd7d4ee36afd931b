/* SPDX-License-Identifier: Apache-2.0 */
#include "page_open.h"

#include <stdlib.h>

struct open_page *open_find(const struct open_pages *open, u64 mm, u64 page)
{
	return open->count ? table_get(&open->pages, mm, page) : NULL;
}

struct open_page *open_add(struct open_pages *open, u64 mm, u64 page, const struct record *head)
{
	struct open_page *added = need_zero(sizeof *added);
	added->mm = mm;
	added->page = page;
	added->head = *head;
	added->first = added->since = head->time;
	table_put(&open->pages, mm, page, added);
	open->count++;
	return added;
}

void open_touch(struct open_page *page, u64 time)
{
	if (time > page->since)
		page->since = time;
	if (time <= page->read_end)
		page->read = false;
}

static void disturb_one(struct open_page *page, u64 time)
{
	if (time <= page->read_end)
		page->read = false;
}

static void each(struct open_pages *open, u64 mm, struct page_run run, u64 time,
		 void (*act)(struct open_page *page, u64 time))
{
	if (!open->count)
		return;
	if (run.end - run.first <= open->pages.mask + 1) {
		for (u64 page = run.first; page < run.end; page++) {
			struct open_page *found = open_find(open, mm, page);
			if (found)
				act(found, time);
		}
		return;
	}
	for (size_t i = 0; i <= open->pages.mask; i++) {
		struct open_page *found = open->pages.slots[i].value;
		if (found && found->mm == mm && found->page >= run.first && found->page < run.end)
			act(found, time);
	}
}

void open_disturb(struct open_pages *open, u64 mm, struct page_run run, u64 time)
{
	each(open, mm, run, time, disturb_one);
}

void open_touch_all(struct open_pages *open, u64 mm, struct page_run run, u64 time)
{
	each(open, mm, run, time, open_touch);
}

void open_remove(struct open_pages *open, struct open_page *page)
{
	table_remove(&open->pages, page->mm, page->page);
	open->count--;
	free(page);
}
