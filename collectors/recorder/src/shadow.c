/* SPDX-License-Identifier: Apache-2.0 */
#include "shadow.h"

#include <stdlib.h>

struct block *shadow_block(const struct shadow *shadow, u32 asid, u64 number)
{
	return table_get(&shadow->blocks, asid, number);
}

/* What is not covered by anything may change unseen, so it is not known when a umem comes there. */
static void cover_block(struct shadow *shadow, u32 asid, u64 number, u32 from, u32 to)
{
	struct block *block = shadow_block(shadow, asid, number);
	if (!block) {
		block = need_zero(sizeof *block);
		block->asid = asid;
		block->number = number;
		table_put(&shadow->blocks, asid, number, block);
	}
	for (u32 i = from; i < to; i++)
		if (!block_covers(block, i) && block_state(block, i) != STATE_UNKNOWN)
			block_set(block, i, STATE_UNKNOWN);
	if (to - from == BLOCK_PAGES) {
		block->whole++;
		return;
	}
	if (!block->parts++)
		block->covers = need_zero(BLOCK_PAGES * sizeof *block->covers);
	for (u32 i = from; i < to; i++)
		block->covers[i]++;
}

static void uncover_block(struct shadow *shadow, u32 asid, u64 number, u32 from, u32 to)
{
	struct block *block = shadow_block(shadow, asid, number);
	if (!block)
		return;
	if (to - from == BLOCK_PAGES) {
		block->whole--;
	} else {
		for (u32 i = from; i < to; i++)
			block->covers[i]--;
		if (!--block->parts) {
			free(block->covers);
			block->covers = NULL;
		}
	}
	if (block->whole || block->parts)
		return;
	table_remove(&shadow->blocks, asid, number);
	free(block->states);
	free(block);
}

static void each_block(struct shadow *shadow, u32 asid, u64 first, u64 end,
		       void (*act)(struct shadow *shadow, u32 asid, u64 number, u32 from, u32 to))
{
	while (first < end) {
		u64 number = first / BLOCK_PAGES;
		u64 next = (number + 1) * BLOCK_PAGES < end ? (number + 1) * BLOCK_PAGES : end;
		act(shadow, asid, number, first % BLOCK_PAGES, next - number * BLOCK_PAGES);
		first = next;
	}
}

void shadow_cover(struct shadow *shadow, u32 asid, u64 first, u64 end)
{
	each_block(shadow, asid, first, end, cover_block);
}

void shadow_uncover(struct shadow *shadow, u32 asid, u64 first, u64 end)
{
	each_block(shadow, asid, first, end, uncover_block);
}

static void forget_block(struct shadow *shadow, u32 asid, u64 number, u32 from, u32 to)
{
	struct block *block = shadow_block(shadow, asid, number);
	if (block && to - from == BLOCK_PAGES)
		block_set_uniform(block, STATE_UNKNOWN);
	for (u32 i = from; block && i < to; i++)
		block_set(block, i, STATE_UNKNOWN);
}

void shadow_forget(struct shadow *shadow, u32 asid, u64 first, u64 end)
{
	each_block(shadow, asid, first, end, forget_block);
}

static state follow(state first, u32 page)
{
	return (first & 3) == STATE_MAPPED ? mapped(frame_of(first) + page) : first;
}

state block_state(const struct block *block, u32 page)
{
	return block->states ? block->states[page] : follow(block->uniform, page);
}

void block_set(struct block *block, u32 page, state s)
{
	if (!block->states) {
		if (follow(block->uniform, page) == s)
			return;
		block->states = need(BLOCK_PAGES * sizeof *block->states);
		for (u32 i = 0; i < BLOCK_PAGES; i++)
			block->states[i] = follow(block->uniform, i);
	}
	block->states[page] = s;
}

void block_set_uniform(struct block *block, state s)
{
	free(block->states);
	block->states = NULL;
	block->uniform = s;
}

void shadow_forget_all(struct shadow *shadow)
{
	for (size_t i = 0; shadow->blocks.slots && i <= shadow->blocks.mask; i++)
		if (shadow->blocks.slots[i].value)
			block_set_uniform(shadow->blocks.slots[i].value, STATE_UNKNOWN);
}
