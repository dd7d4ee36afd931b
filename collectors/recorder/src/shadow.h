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
#define GIG_BLOCKS 512 /* blocks of an aligned GiB */

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

/*
 * A umem may ask for more than there can be: anybody may try to register 16 TiB, and the kernel refuses at the first page
 * that is not there. So it is covered piece by piece, as far as its pins get, and at once only to the end of the GiB. The
 * end of the pages that are to be covered when all up to page are needed; pieces meet at ends of blocks.
 */
static inline u64 piece_end(u64 page, u64 end)
{
	u64 next = (page / (GIG_BLOCKS * BLOCK_PAGES) + 1) * (GIG_BLOCKS * BLOCK_PAGES);
	return next < end ? next : end;
}

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
