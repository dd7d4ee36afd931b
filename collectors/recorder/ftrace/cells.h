/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of each page of the address spaces with umems: its state (../src/pages.h) and a few bits. By blocks of
 * 2 MiB; a block that is one huge page, or maps nothing, takes no array. Pages outside of umems are kept too, because a
 * move may bring them in; they are forgotten with the address space's last umem.
 */
#ifndef PINTRAIL_FTRACE_CELLS_H
#define PINTRAIL_FTRACE_CELLS_H

#include "../src/pages.h"
#include "../src/shadow.h"
#include "../src/table.h"

typedef u64 cell;
#define CELL_OPEN (1ULL << 63)      /* not known since a time that page_open.h has */
#define CELL_KIND_KNOWN (1ULL << 62)
#define CELL_ANON (1ULL << 61)      /* an anonymous page, where the kind is known */
#define CELL_STATE ((1ULL << 61) - 1)

static inline state cell_state(cell c)
{
	return c & CELL_OPEN ? STATE_UNKNOWN : c & CELL_STATE;
}

/* An address space with umems. */
struct watched_space {
	u64 mm;
	int pagemap; /* /proc/PID/pagemap of it, -1: there is no process any more that has it */
	u32 umems;
};

struct cell_block {
	u64 mm, number;
	u32 watchers;  /* umems that touch it */
	u32 open;      /* cells with CELL_OPEN */
	cell uniform;  /* when cells is NULL: of the first page, frames following on */
	cell *cells;
};

struct cells {
	struct table spaces; /* by mm */
	struct table blocks; /* by mm, number */
};

struct watched_space *cells_space(const struct cells *cells, u64 mm);
struct watched_space *cells_open_space(struct cells *cells, u64 mm, int pagemap);
void cells_close_space(struct cells *cells, u64 mm);

struct cell_block *cells_block(const struct cells *cells, u64 mm, u64 number);
struct cell_block *cells_need_block(struct cells *cells, u64 mm, u64 number);

/* Adds 1 or -1 umem to the blocks of the pages [first, end). */
void cells_watch(struct cells *cells, u64 mm, u64 first, u64 end, int delta);

cell cell_get(const struct cell_block *block, u32 page);
void cell_put(struct cell_block *block, u32 page, cell c);
void cell_put_all(struct cell_block *block, cell first);

#endif
