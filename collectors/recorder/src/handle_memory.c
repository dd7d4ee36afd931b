/* SPDX-License-Identifier: Apache-2.0 */
/* Page table readings, and the events that say why a page table changed. */
#include "recorder.h"

#define LEVEL_PAGES(level) (1ULL << 9 * (level))

/* A MAP event that begins with the first page that changed and ends before the next that did not. */
struct changes {
	struct recorder *r;
	const struct record *head;
	const struct call *call;
	u32 cause;
	struct space *space;
	bool open;
};

static void change(struct changes *changes, u64 page, state s)
{
	const struct record *head = changes->head;
	if (!changes->open) {
		u64 call = call_of(changes->r, head, changes->call);
		ptl_map_runs(changes->r->out, head->time, head->pid, head->tid, changes->space->asid, changes->cause, call,
			     page);
		changes->open = true;
	}
	put_page(changes->r, s);
}

static void no_change(struct changes *changes)
{
	if (changes->open)
		ptl_end_runs(changes->r->out);
	changes->open = false;
}

static void observe_block(struct changes *changes, struct block *block, state first, const u64 *entries)
{
	for (u32 i = 0; i < BLOCK_PAGES; i++) {
		state s = entries                            ? pages_decode(&changes->r->pages, entries[i], 0)
			  : (first & 3) == STATE_MAPPED ? mapped(frame_of(first) + i)
							     : first;
		if (!block_covers(block, i) || block_state(block, i) == s) {
			no_change(changes);
			continue;
		}
		change(changes, block->number * BLOCK_PAGES + i, s);
		if (entries)
			block_set(block, i, s);
	}
	no_change(changes);
	if (!entries)
		block_set_uniform(block, first);
}

/* Leaves the event open for the page after it. */
static void observe_page(struct changes *changes, u64 page, state s)
{
	struct block *block = shadow_block(&changes->r->shadow, changes->space->asid, page / BLOCK_PAGES);
	bool covered = block && block_covers(block, page % BLOCK_PAGES);
	if (covered ? block_state(block, page % BLOCK_PAGES) == s : !changes->r->scope_all) {
		no_change(changes);
		return;
	}
	if (covered)
		block_set(block, page % BLOCK_PAGES, s);
	change(changes, page, s);
}

static bool is_shareable(const struct changes *changes, u64 number)
{
	return table_get(&changes->r->shareable, changes->space->asid, number / GIG_BLOCKS) != NULL;
}

/*
 * An empty entry of a page table page that other processes may have too: any of them may fill it, for all, and none but
 * itself is asked (bpf/hugetlb.h). An entry that is there cannot go unnoticed, nor can a table page come.
 */
static void doubt_block(struct changes *changes, struct block *block)
{
	const struct record *head = changes->head;
	ptl_doubt(changes->r->out, head->time + 1, head->pid, head->tid, changes->space->asid, block->number * BLOCK_PAGES,
		  BLOCK_PAGES);
	block_set_uniform(block, STATE_UNKNOWN);
}

/* A page of 1 GiB changes all its blocks at once; a hole is told of for each block by itself. */
static void observe_huge(struct changes *changes, u64 page, state first, u32 level)
{
	u64 base = page & ~(LEVEL_PAGES(level) - 1);
	u64 from = first == STATE_NONE || level > 2 ? page / BLOCK_PAGES : base / BLOCK_PAGES;
	u64 to = first == STATE_NONE || level > 2 ? from + 1 : (base + LEVEL_PAGES(level)) / BLOCK_PAGES;
	for (u64 number = from; number < to; number++) {
		struct block *block = shadow_block(&changes->r->shadow, changes->space->asid, number);
		state s = (first & 3) == STATE_MAPPED ? mapped(frame_of(first) + number * BLOCK_PAGES - base) : first;
		if (block)
			observe_block(changes, block, s, NULL);
		if (block && level == 1 && first == STATE_NONE && is_shareable(changes, number))
			doubt_block(changes, block);
	}
}

/* An address space that has ended is taken to pieces after that. */
static struct space *space_seen(struct recorder *r, const struct record *record)
{
	struct space *space = spaces_find(&r->spaces, record->mm);
	return r->scope_all && !(space && space->ended) ? space_of(r, record, "") : space;
}

void handle_observation(struct recorder *r, const struct record *record)
{
	const struct entry_record *entry = (const void *)record;
	const struct table_record *table = (const void *)record;
	const struct slice_record *slice = (const void *)record;
	struct space *space = space_seen(r, record);
	struct changes changes = { r, record, &entry->call, entry->cause & ~CAUSE_BEFORE_PIN, space, false };
	u64 page = entry->address >> PAGE_SHIFT;
	if (!space || space->ended)
		return;
	if (entry->cause & CAUSE_BEFORE_PIN)
		handle_before(r, record);
	if (record->kind == RECORD_TABLE) {
		struct block *block = shadow_block(&r->shadow, space->asid, page / BLOCK_PAGES);
		if (block)
			observe_block(&changes, block, STATE_UNKNOWN, table->entries);
	} else if (record->kind == RECORD_SLICE) {
		for (u32 i = 0; i < SLICE_ENTRIES; i++)
			observe_page(&changes, page + i, pages_decode(&r->pages, slice->entries[i], 0));
		no_change(&changes);
	} else if (!entry->level) {
		observe_page(&changes, page, pages_decode(&r->pages, entry->entry, 0));
		no_change(&changes);
	} else {
		observe_huge(&changes, page, pages_decode(&r->pages, entry->entry, entry->level), entry->level);
	}
}

/* A run of pages that are told apart from their neighbours: MAP events of those that changed. */
void handle_pages(struct recorder *r, const struct record *record)
{
	const struct pages_record *pages = (const void *)record;
	struct space *space = spaces_find(&r->spaces, record->mm);
	struct changes changes = { r, record, &pages->call, pages->cause, space, false };
	if (!space || space->ended)
		return;
	for (u32 i = 0; i < pages->count; i++) {
		u64 page = (pages->address >> PAGE_SHIFT) + i;
		struct block *block = shadow_block(&r->shadow, space->asid, page / BLOCK_PAGES);
		u32 at = page % BLOCK_PAGES;
		if (block && block_covers(block, at) && block_state(block, at) != pages->state[i]) {
			change(&changes, page, pages->state[i]);
			block_set(block, at, pages->state[i]);
		} else {
			no_change(&changes);
		}
	}
	no_change(&changes);
}

bool pages_covered(const struct recorder *r, const struct space *space, u64 first, u64 end)
{
	const struct table *blocks = &r->shadow.blocks;
	u64 from = first / BLOCK_PAGES, to = (end + BLOCK_PAGES - 1) / BLOCK_PAGES;
	if (to - from <= blocks->mask + 1) {
		for (u64 number = from; number < to; number++)
			if (shadow_block(&r->shadow, space->asid, number))
				return true;
		return false;
	}
	for (size_t i = 0; blocks->slots && i <= blocks->mask; i++)
		if (blocks->slots[i].value && blocks->slots[i].high == space->asid && blocks->slots[i].low >= from &&
		    blocks->slots[i].low < to)
			return true;
	return false;
}

void handle_fault(struct recorder *r, const struct record *record)
{
	const struct fault_record *fault = (const void *)record;
	struct pin *pin = table_get(&r->pins, fault->pin, 0);
	u64 page = fault->address >> PAGE_SHIFT;
	struct space *space = space_seen(r, record);
	struct block *block = space ? shadow_block(&r->shadow, space->asid, page / BLOCK_PAGES) : NULL;
	if (!space || !(pin || r->scope_all || (block && block_covers(block, page % BLOCK_PAGES))))
		return;
	ptl_fault(r->out, record->time, record->pid, record->tid, space->asid, page, fault->flags, pin ? pin->id : 0,
		  fault->result, fault->duration);
}

void handle_sweep(struct recorder *r)
{
	for (size_t i = 0; r->shadow.blocks.slots && i <= r->shadow.blocks.mask; i++) {
		struct block *block = r->shadow.blocks.slots[i].value;
		struct space *space = block ? table_get(&r->spaces.by_asid, block->asid, 0) : NULL;
		if (space && !space->ended)
			r->sweep(space->mm, block->number * BLOCK_PAGES << PAGE_SHIFT, CAUSE_RECLAIM);
	}
}
