/* SPDX-License-Identifier: Apache-2.0 */
#include "cells.h"

#include <stdlib.h>
#include <unistd.h>

struct watched_space *cells_space(const struct cells *cells, u64 mm)
{
	return mm ? table_get(&cells->spaces, mm, 0) : NULL;
}

struct watched_space *cells_open_space(struct cells *cells, u64 mm, int pagemap)
{
	struct watched_space *space = need_zero(sizeof *space);
	space->mm = mm;
	space->pagemap = pagemap;
	table_put(&cells->spaces, mm, 0, space);
	return space;
}

void cells_close_space(struct cells *cells, u64 mm)
{
	struct watched_space *space = table_remove(&cells->spaces, mm, 0);
	if (space && space->pagemap >= 0)
		close(space->pagemap);
	free(space);
	u64 *numbers = NULL;
	size_t count = 0, room = 0;
	for (size_t i = 0; cells->blocks.slots && i <= cells->blocks.mask; i++) {
		if (!cells->blocks.slots[i].value || cells->blocks.slots[i].high != mm)
			continue;
		if (count == room)
			numbers = need_more(numbers, (room = room ? room * 2 : 64) * sizeof *numbers);
		numbers[count++] = cells->blocks.slots[i].low;
	}
	while (count) {
		struct cell_block *block = table_remove(&cells->blocks, mm, numbers[--count]);
		free(block->cells);
		free(block);
	}
	free(numbers);
}

struct cell_block *cells_block(const struct cells *cells, u64 mm, u64 number)
{
	return table_get(&cells->blocks, mm, number);
}

struct cell_block *cells_need_block(struct cells *cells, u64 mm, u64 number)
{
	struct cell_block *block = cells_block(cells, mm, number);
	if (!block) {
		block = need_zero(sizeof *block);
		block->mm = mm;
		block->number = number;
		table_put(&cells->blocks, mm, number, block);
	}
	return block;
}

void cells_watch(struct cells *cells, u64 mm, u64 first, u64 end, int delta)
{
	for (u64 number = first / BLOCK_PAGES; number * BLOCK_PAGES < end; number++)
		cells_need_block(cells, mm, number)->watchers += delta;
}

static cell follow(cell first, u32 page)
{
	return (first & 3) == STATE_MAPPED && !(first & CELL_OPEN) ? first + ((u64)page << 2) : first;
}

cell cell_get(const struct cell_block *block, u32 page)
{
	return block->cells ? block->cells[page] : follow(block->uniform, page);
}

void cell_put(struct cell_block *block, u32 page, cell c)
{
	if (!block->cells) {
		if (follow(block->uniform, page) == c)
			return;
		block->cells = need(BLOCK_PAGES * sizeof *block->cells);
		for (u32 i = 0; i < BLOCK_PAGES; i++)
			block->cells[i] = follow(block->uniform, i);
	}
	block->cells[page] = c;
}

void cell_put_all(struct cell_block *block, cell first)
{
	free(block->cells);
	block->cells = NULL;
	block->uniform = first;
}
