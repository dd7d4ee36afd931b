/* SPDX-License-Identifier: Apache-2.0 */
#include "page_model.h"

#include "page_hugetlb.h"

#include <stddef.h>

struct page_model page_model;

u64 page_frame(const struct ftrace *f, u64 page)
{
	return (page - f->recorder->layout.vmemmap_base) / f->recorder->struct_page_bytes;
}

static struct cell_block *block_of(u64 mm, u64 page)
{
	return cells_block(&page_model.cells, mm, page / BLOCK_PAGES);
}

cell page_known(u64 mm, u64 page)
{
	struct cell_block *block = block_of(mm, page);
	return block ? cell_get(block, page % BLOCK_PAGES) : STATE_UNKNOWN;
}

bool changes_begin(struct page_changes *c, struct ftrace *f, const struct ftrace_event *e, u64 mm, u32 cause)
{
	c->f = f;
	c->e = e;
	c->space = cells_space(&page_model.cells, mm);
	if (!c->space)
		return false;
	ftrace_head(&c->record.head, e, RECORD_PAGES, mm);
	ftrace_call(f, e, &c->record.call);
	c->record.cause = cause;
	c->record.count = 0;
	return true;
}

void changes_end(struct page_changes *c)
{
	if (c->record.count)
		ftrace_put(c->f, &c->record, offsetof(struct pages_record, state) + c->record.count * sizeof(u64));
	c->record.count = 0;
}

static void tell(struct page_changes *c, u64 page, state s)
{
	struct pages_record *record = &c->record;
	if (record->count == TABLE_ENTRIES || (record->count && (record->address >> PAGE_SHIFT) + record->count != page))
		changes_end(c);
	if (!record->count)
		record->address = page << PAGE_SHIFT;
	record->state[record->count++] = s;
}

void page_doubt(struct ftrace *f, struct open_page *page)
{
	struct range_record record = { .head = page->head, .call = page->call,
				       .start = page->page << PAGE_SHIFT, .end = (page->page + 1) << PAGE_SHIFT };
	record.head.kind = RECORD_DOUBT;
	record.head.time = page->first;
	page->doubted = true;
	ftrace_put(f, &record, sizeof record);
}

static void tell_read(struct ftrace *f, const struct open_page *page, u64 time)
{
	struct pages_record record = { .head = page->head, .call = page->call, .cause = page->cause, .count = 1,
				       .address = page->page << PAGE_SHIFT };
	record.head.time = time;
	record.state[0] = cell_state(page->value);
	ftrace_put(f, &record, offsetof(struct pages_record, state) + sizeof(u64));
}

void page_close(struct ftrace *f, struct cell_block *block, struct open_page *page, u64 time)
{
	if (!page->doubted && page->first < time)
		page_doubt(f, page);
	if (page->read)
		tell_read(f, page, time);
	if (page->read && (cell_state(page->value) & 3) == STATE_MAPPED)
		hugetlb_learn(f, page->file, frame_of(cell_state(page->value)), page->since);
	block->open--;
	open_remove(&page_model.open, page);
}

u64 page_known_since(const struct open_page *page)
{
	return page->lost || page->since + LATE_NS < page_model.written_until ? page->read_begin : page->since;
}

/* What an open page was read as counts if it was before it changed again. */
static void close_before(struct ftrace *f, struct cell_block *block, struct open_page *page, u64 time)
{
	if (page->read && page->read_end < time) {
		page_close(f, block, page, page_known_since(page));
	} else {
		page->read = false;
		page_close(f, block, page, time);
	}
}

void changes_set(struct page_changes *c, u64 page, cell value)
{
	u64 mm = c->space->mm;
	struct cell_block *block = cells_need_block(&page_model.cells, mm, page / BLOCK_PAGES);
	cell old = cell_get(block, page % BLOCK_PAGES);
	if (old == value)
		return;
	if (old & CELL_OPEN)
		close_before(c->f, block, open_find(&page_model.open, mm, page), c->e->time);
	cell_put(block, page % BLOCK_PAGES, value);
	if (block->watchers && (cell_state(old) != cell_state(value) || (old & CELL_OPEN)))
		tell(c, page, cell_state(value));
}

void changes_repeat(struct page_changes *c, u64 page)
{
	tell(c, page, cell_state(page_known(c->space->mm, page)));
}

void page_learn(u64 mm, u64 page, cell value)
{
	cell_put(cells_need_block(&page_model.cells, mm, page / BLOCK_PAGES), page % BLOCK_PAGES, value);
}

void changes_set_block(struct page_changes *c, u64 number, cell first)
{
	struct cell_block *block = cells_need_block(&page_model.cells, c->space->mm, number);
	bool consecutive = (first & 3) == STATE_MAPPED;
	if (block->open || block->watchers) {
		for (u64 i = 0; i < BLOCK_PAGES; i++)
			changes_set(c, number * BLOCK_PAGES + i, consecutive ? first + (i << 2) : first);
		changes_end(c);
	}
	cell_put_all(block, first);
}

void changes_open(struct page_changes *c, u64 page)
{
	u64 mm = c->space->mm;
	struct cell_block *block = cells_need_block(&page_model.cells, mm, page / BLOCK_PAGES);
	cell old = cell_get(block, page % BLOCK_PAGES);
	if (!block->watchers) {
		if (old & CELL_OPEN)
			close_before(c->f, block, open_find(&page_model.open, mm, page), c->e->time);
		cell_put(block, page % BLOCK_PAGES, STATE_UNKNOWN);
		return;
	}
	if (old & CELL_OPEN) {
		struct open_page *open = open_find(&page_model.open, mm, page);
		if (!open->read || c->e->time <= open->read_end) {
			open_touch(open, c->e->time);
			open->head = c->record.head;
			open->call = c->record.call;
			open->cause = c->record.cause;
			open->file = (struct file_part){};
			return;
		}
		page_close(c->f, block, open, page_known_since(open));
	}
	struct open_page *open = open_add(&page_model.open, mm, page, &c->record.head);
	open->call = c->record.call;
	open->cause = c->record.cause;
	block->open++;
	cell_put(block, page % BLOCK_PAGES, CELL_OPEN);
}
