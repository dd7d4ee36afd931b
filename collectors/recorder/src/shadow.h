/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the pages of live umems map as far as the trace tells, so that only changes are written. By blocks of 2 MiB, each
 * with the number of umems on its pages; a block that is one huge page, or maps nothing, takes no array.
 */
#ifndef PINTRAIL_SHADOW_H
#define PINTRAIL_SHADOW_H

#include "pages.h"
#include "table.h"

#define BLOCK_PAGES 512

struct block {
	u32 asid;
	u64 number;     /* address >> 21 */
	u32 whole;      /* umems that cover all of it */
	u32 parts;      /* umems that cover some of it */
	u16 *covers;    /* per page, for those; NULL when there are none */
	state uniform;  /* when states is NULL: of the first page, frames following on */
	state *states;
};

struct shadow {
	struct table blocks; /* by asid, number */
};

/* Adds (or, after, takes away) a umem on the pages [first, end). Blocks without umems are forgotten. */
void shadow_cover(struct shadow *shadow, u32 asid, u64 first, u64 end);
/* Nothing is known any more. */
void shadow_forget_all(struct shadow *shadow);

void shadow_uncover(struct shadow *shadow, u32 asid, u64 first, u64 end);

/* What these pages map is to be told again. */
void shadow_forget(struct shadow *shadow, u32 asid, u64 first, u64 end);

struct block *shadow_block(const struct shadow *shadow, u32 asid, u64 number);

static inline bool block_covers(const struct block *block, u32 page)
{
	return block->whole || (block->covers && block->covers[page]);
}

state block_state(const struct block *block, u32 page);
void block_set(struct block *block, u32 page, state s);

/* All pages at once: the state of the first, frames following on. */
void block_set_uniform(struct block *block, state s);

#endif
