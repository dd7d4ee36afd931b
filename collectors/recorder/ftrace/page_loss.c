/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lost events. Nothing that was known of pages is known any more, and who is in the middle of what is not either; all pages
 * of umems are read back. An end whose begin is missing means that some work was not known of: then all starts over.
 */
#include "page_hugetlb.h"
#include "page_model.h"

#include <stdlib.h>

#define MOST_READ (1U << 18) /* pages that are read back; of more the next snapshot tells */

static void forget_frames(void)
{
	while (page_model.frames.all)
		frames_end_thread(&page_model.frames, page_model.frames.all->tid);
}

static void forget_open(void)
{
	struct table *table = &page_model.open.pages;
	for (size_t i = 0; table->slots && i <= table->mask; i++)
		free(table->slots[i].value);
	free(table->slots);
	page_model.open = (struct open_pages){};
}

static void open_block(struct cell_block *block, u64 time)
{
	struct record head = { .time = time, .mm = block->mm };
	for (u64 i = 0; i < BLOCK_PAGES; i++) {
		struct open_page *page = open_add(&page_model.open, block->mm, block->number * BLOCK_PAGES + i, &head);
		page->doubted = page->lost = true;
	}
	block->open = BLOCK_PAGES;
	cell_put_all(block, CELL_OPEN);
}

static void doubt_block(struct ftrace *f, const struct cell_block *block, u64 time)
{
	struct range_record record = { .head = { .kind = RECORD_DOUBT, .time = time, .mm = block->mm },
				       .start = block->number * BLOCK_PAGES << PAGE_SHIFT };
	record.end = record.start + (BLOCK_PAGES << PAGE_SHIFT);
	ftrace_put(f, &record, sizeof record);
}

void page_forget_all(struct ftrace *f)
{
	const struct table *blocks = &page_model.cells.blocks;
	u64 time = page_model.lost_until;
	page_model.lost_at = time;
	page_model.lost_until = 0;
	forget_frames();
	forget_open();
	hugetlb_forget_all(time);
	for (size_t i = 0; blocks->slots && i <= blocks->mask; i++) {
		struct cell_block *block = blocks->slots[i].value;
		if (!block)
			continue;
		block->open = 0;
		cell_put_all(block, STATE_UNKNOWN);
		if (!block->watchers)
			continue;
		doubt_block(f, block, time);
		if (page_model.open.count < MOST_READ)
			open_block(block, time + 1);
	}
}
