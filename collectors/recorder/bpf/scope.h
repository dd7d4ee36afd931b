/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Which pages are of interest: counters, hashed by address space and 2 MiB block, 1 GiB, or the address space alone.
 * Two things that share a counter only make some records that user space drops; nothing of interest is ever missed, no
 * counter needs to be removed, and there is no table to overflow. A region counts in every block it touches, from before
 * its first page is pinned until after its last is released; whole gigabytes inside it count once each.
 */
#ifndef PINTRAIL_SCOPE_H
#define PINTRAIL_SCOPE_H

#include "common.h"

#define BLOCK_SHIFT 21
#define GIG_SHIFT 30
#define BLOCK_BYTES (1ULL << BLOCK_SHIFT)
#define GIG_BYTES (1ULL << GIG_SHIFT)
#define BLOCK_COUNTERS (1 << 18)
#define GIG_COUNTERS (1 << 14)
#define SPACE_COUNTERS (1 << 12)
#define MAX_GIGS 1024

u32 block_counter[BLOCK_COUNTERS];
u32 gig_touched[GIG_COUNTERS];
u32 gig_covered[GIG_COUNTERS];
u32 space_touched[SPACE_COUNTERS];
u32 space_covered[SPACE_COUNTERS];
u32 anything_covered; /* sum of both */

__hidden_inline u32 scope_hash(u64 mm, u64 number)
{
	u64 hash = (mm >> 6) * 0x9E3779B97F4A7C15ULL ^ number * 0xC2B2AE3D27D4EB4FULL;
	hash ^= hash >> 29;
	hash *= 0xBF58476D1CE4E5B9ULL;
	return hash >> 40;
}

__hidden_inline bool space_in_scope(u64 mm)
{
	if (settings.scope_all)
		return true;
	return anything_pinned && space_touched[scope_hash(mm, 0) & (SPACE_COUNTERS - 1)];
}

/*
 * Counts readings of page tables, and what user space takes for one, of the address spaces that share the counter: before a
 * reading takes its time. Whoever finds the same number before and after a time of its own knows that no reading has a
 * time in between.
 */
u32 space_changes[SPACE_COUNTERS];

__hidden_inline u32 *changes_of(u64 mm)
{
	return &space_changes[scope_hash(mm, 0) & (SPACE_COUNTERS - 1)];
}

__hidden_inline void note_change(u64 mm)
{
	__sync_fetch_and_add(changes_of(mm), 1);
}

__hidden_inline bool space_is_covered(u64 mm)
{
	return space_covered[scope_hash(mm, 0) & (SPACE_COUNTERS - 1)];
}

__hidden_inline bool gig_is_covered(u64 mm, u64 address)
{
	return gig_covered[scope_hash(mm, address >> GIG_SHIFT) & (GIG_COUNTERS - 1)];
}

__hidden_inline bool gig_is_touched(u64 mm, u64 address)
{
	return gig_touched[scope_hash(mm, address >> GIG_SHIFT) & (GIG_COUNTERS - 1)];
}

__hidden_inline bool block_is_counted(u64 mm, u64 address)
{
	return block_counter[scope_hash(mm, address >> BLOCK_SHIFT) & (BLOCK_COUNTERS - 1)];
}

/* Whether the 2 MiB block of address belongs to a region; false positives are harmless. */
__hidden_inline bool block_in_scope(u64 mm, u64 address)
{
	return block_is_counted(mm, address) ||
	       (anything_covered && (gig_is_covered(mm, address) || space_is_covered(mm)));
}

/*
 * Counting in pieces, delta 1 or -1. Short loops in global functions: the verifier of 5.10 walks through every round.
 */
#define PIECE 32

__shared int count_blocks(u64 mm, u64 start, u64 end, int delta)
{
	for (int i = 0; i < PIECE; i++) {
		if (start >= end)
			break;
		u32 *counter = &block_counter[scope_hash(mm, start >> BLOCK_SHIFT) & (BLOCK_COUNTERS - 1)];
		__sync_fetch_and_add(counter, delta);
		start = (start | (BLOCK_BYTES - 1)) + 1;
	}
	return 0;
}

/* [start, end) is within one GiB and not all of it. */
__shared int count_part(u64 mm, u64 start, u64 end, int delta)
{
	for (int i = 0; i < 512 / PIECE; i++) {
		if (start >= end)
			break;
		u64 next = (start | (PIECE * BLOCK_BYTES - 1)) + 1;
		count_blocks(mm, start, next < end ? next : end, delta);
		start = next;
	}
	return 0;
}

__hidden_inline void count_covered(u32 *counter, int delta)
{
	__sync_fetch_and_add(counter, delta);
	__sync_fetch_and_add(&anything_covered, delta);
}

__shared int count_gigs(u64 mm, u64 start, u64 end, int delta)
{
	for (int i = 0; i < PIECE; i++) {
		if (start >= end)
			break;
		u64 next = (start | (GIG_BYTES - 1)) + 1;
		u32 gig = scope_hash(mm, start >> GIG_SHIFT) & (GIG_COUNTERS - 1);
		__sync_fetch_and_add(&gig_touched[gig], delta);
		if (!(start & (GIG_BYTES - 1)) && next <= end)
			count_covered(&gig_covered[gig], delta);
		else
			count_part(mm, start, next < end ? next : end, delta);
		start = next;
	}
	return 0;
}

/* Beyond 1 TiB the whole address space is in scope. */
__shared int count_scope(u64 mm, u64 start, u64 end, int delta)
{
	u32 space = scope_hash(mm, 0) & (SPACE_COUNTERS - 1);
	if (!((start ^ (end - 1)) >> BLOCK_SHIFT)) {
		__sync_fetch_and_add(&gig_touched[scope_hash(mm, start >> GIG_SHIFT) & (GIG_COUNTERS - 1)], delta);
		__sync_fetch_and_add(&block_counter[scope_hash(mm, start >> BLOCK_SHIFT) & (BLOCK_COUNTERS - 1)], delta);
	} else if (end - start > (MAX_GIGS - PIECE) * GIG_BYTES) {
		count_covered(&space_covered[space], delta);
	} else {
		for (int i = 0; i < MAX_GIGS / PIECE; i++) {
			if (start >= end)
				break;
			u64 next = (start | (PIECE * GIG_BYTES - 1)) + 1;
			count_gigs(mm, start, next < end ? next : end, delta);
			start = next;
		}
	}
	__sync_fetch_and_add(&space_touched[space], delta);
	__sync_fetch_and_add(&anything_pinned, delta);
	return 0;
}

#endif
