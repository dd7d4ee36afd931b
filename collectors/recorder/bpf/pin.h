/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* The get_user_pages family. Frames are read at the return: pages may be migrated before the call is done with them. */
#ifndef PINTRAIL_PIN_H
#define PINTRAIL_PIN_H

#include "hold.h"

#define CHUNKS_AT_ONCE 32
#define MAX_PIN_CHUNKS 1024 /* 2 GiB of small pages in one call */
#define NEAR_PAGES 512
#define FOLL_WRITE 1
#define NOTHING_PINNED (-14) /* EFAULT */

/* Whether a frame has ever been pinned by a call with a region of its own. The slot is its number, modulo. */
#define HELD_FRAMES (1 << 20)
u8 held_frames[HELD_FRAMES];

__hidden_inline u32 frame_slot(u64 page)
{
	return (page >> 6) & (HELD_FRAMES - 1);
}

/* Long-term, and nobody's that is known: then the call is a holder by itself. So is vmsplice(), though not for long. */
__hidden_inline bool is_own(struct thread_state *state, u32 flags)
{
	if (state && (state->umem || state->pin))
		return false;
	return (flags & settings.foll_longterm) || (state && state->in_vmsplice);
}

__hidden_inline void own_pin_begins(void *ctx, struct thread_state *state, u64 mm, u64 start, u64 pages, u32 flags)
{
	state->umem_mm = mm;
	state->umem_start = start & ~4095ULL;
	state->umem_length = pages << 12;
	struct hold_record *begin = hold_begins(state, state->in_vmsplice ? METHOD_VMSPLICE : METHOD_PIN, 0);
	state->hold_is_pin = 1;
	if (!begin)
		return;
	begin->access = flags & FOLL_WRITE ? MAY_WRITE : 0;
	if (bpf_get_stack(ctx, begin->stack, sizeof begin->stack, 0) < 0)
		begin->stack[0] = 0;
	submit(begin);
}

/* Only the outermost call counts, and only if it is a holder's, long-term, or of an address space with pins. */
__hidden_inline bool pin_begins(void *ctx, u32 api, u64 mm, u64 start, u64 pages, u32 flags)
{
	struct thread_state *state = thread_find();
	if (!(state && (state->umem | state->pin | state->in_vmsplice)) && !(flags & settings.foll_longterm) &&
	    !space_in_scope(mm))
		return false;
	if (!state)
		state = thread_enter();
	if (!state || state->pin_depth++)
		return false;
	if (is_own(state, flags))
		own_pin_begins(ctx, state, mm, start, pages, flags);
	state->pin = new_identifier();
	state->changes = *(volatile u32 *)changes_of(mm);
	struct pin_record *pin = reserve(sizeof *pin);
	if (!pin)
		return false;
	fill_head(&pin->head, RECORD_PIN_BEGIN, mm);
	pin->pin = state->pin;
	pin->umem = state->umem;
	pin->start = start;
	pin->pages = pages;
	pin->result = 0;
	pin->api = api;
	pin->flags = flags;
	if (state->umem || bpf_get_stack(ctx, pin->stack, sizeof pin->stack, 0) < 0)
		pin->stack[0] = 0;
	submit(pin);
	return true;
}

enum { CHUNK_IS_OWN = 1, CHUNK_IS_ALL = 2 };

/* 1 if it was told of. CHUNK_IS_ALL: of the end of the call as well. */
__shared int pin_chunk(u64 pin, u64 start, u64 pages, u64 count, u32 flags)
{
	struct pin_pages_record *record = reserve(sizeof *record);
	if (!record)
		return 0;
	fill_head(&record->head, RECORD_PIN_PAGES, 0);
	record->pin = pin;
	record->start = start;
	record->result = flags & CHUNK_IS_ALL ? count : 0;
	if (count > TABLE_ENTRIES)
		count = TABLE_ENTRIES;
	record->count = bpf_probe_read_kernel(record->page, count * sizeof(u64), (void *)pages) ? 0 : count;
	for (int i = 0; (flags & CHUNK_IS_OWN) && i < TABLE_ENTRIES; i++) {
		if (i >= record->count)
			break;
		held_frames[frame_slot(record->page[i])] = 1;
	}
	submit(record);
	return 1;
}

/* pages is the address of the list, count what is left of it. */
__shared int pin_chunks(u64 pin, u64 start, u64 pages, u64 count, u32 flags)
{
	for (int i = 0; i < CHUNKS_AT_ONCE; i++) {
		pin_chunk(pin, start, pages, count, flags);
		if (count <= TABLE_ENTRIES)
			break;
		count -= TABLE_ENTRIES;
		start += TABLE_ENTRIES << 12;
		pages += TABLE_ENTRIES * 8;
	}
	return 0;
}

__hidden_inline void pin_all_chunks(u64 pin, u64 start, u64 pages, u64 count, u32 flags)
{
	for (u32 i = 0; i < MAX_PIN_CHUNKS / CHUNKS_AT_ONCE; i++) {
		u64 done = (u64)i * CHUNKS_AT_ONCE * TABLE_ENTRIES;
		if (done >= count)
			break;
		pin_chunks(pin, start + (done << 12), pages + done * 8, count - done, flags);
	}
}

__hidden_inline void own_pin_ends(struct thread_state *state, s64 result)
{
	if (result > 0)
		__sync_fetch_and_add(&own_pins, 1);
	hold_ends(state, result > 0 ? 0 : result < 0 ? (s32)result : NOTHING_PINNED);
}

/* Whether the pages of a holder are to be read again, and were too many to do it here. */
__shared int pin_ends(u64 mm, u64 start, u64 pages, s64 result)
{
	struct thread_state *state = thread_find();
	if (!state || !state->pin_depth)
		return 0;
	if (--state->pin_depth)
		return 0;
	u64 id = state->pin, umem = state->umem;
	u32 changes = state->changes;
	u32 flags = state->hold_is_pin ? CHUNK_IS_OWN : 0;
	bool told = false;
	if (pages && result > 0 && result <= TABLE_ENTRIES)
		told = pin_chunk(id, start & ~4095ULL, pages, result, flags | CHUNK_IS_ALL);
	else if (pages && result > 0)
		pin_all_chunks(id, start & ~4095ULL, pages, result, flags);
	struct pin_record *end = told ? 0 : reserve(sizeof *end);
	if (end) {
		fill_head(&end->head, RECORD_PIN_END, mm);
		__builtin_memset((char *)end + sizeof end->head, 0, sizeof *end - sizeof end->head);
		end->pin = id;
		end->result = result;
		submit(end);
	}
	state->pin = 0;
	if (state->hold_is_pin)
		own_pin_ends(state, result);
	thread_leave(state);
	/*
	 * What another thread did to these pages between their pinning and now, when the records above have taken their times,
	 * shows here. The counter is read after those are submitted, which is a barrier.
	 */
	if (!umem || result <= 0 || *(volatile u32 *)changes_of(mm) == changes)
		return 0;
	if (result > NEAR_PAGES)
		return 1;
	return observe_pages(mm, start & ~4095ULL, (start & ~4095ULL) + ((u64)result << 12), CAUSE_PIN);
}

/* Where the result is among the arguments changed with the removal of vmas (6.5). */
const volatile u32 pin_result_index[16] = {};

#define PIN(name, api, result_type, mm, start, count, flags, pages)                                                    \
	AT_ENTRY(name##_enter, true)                                                                                         \
	{                                                                                                              \
		pin_begins(ctx, api, mm, start, count, (u32)(flags));                                                  \
		return 0;                                                                                              \
	}                                                                                                              \
	AT_END(name##_exit, pin_result_index[api])                                                                     \
	{                                                                                                              \
		if (pin_ends(mm, start, pages, (result_type)result))                                                   \
			observe_range(mm, (start) & ~4095ULL, ((start) & ~4095ULL) + (result << 12), CAUSE_PIN);       \
		return 0;                                                                                              \
	}

/* The numbers are the pin apis of docs/trace-format.md; from 9 on they are mapped by user space. */
PIN(pin_fast, 1, s32, current_mm(), a[0], (u32)a[1], a[2], a[3])
PIN(pin_plain, 2, s64, current_mm(), a[0], a[1], a[2], a[3])
PIN(pin_remote, 3, s64, a[0], a[1], a[2], a[3], a[4])
PIN(get_fast, 4, s32, current_mm(), a[0], (u32)a[1], a[2], a[3])
PIN(get_plain, 5, s64, current_mm(), a[0], a[1], a[2], a[3])
PIN(get_remote, 6, s64, a[0], a[1], a[2], a[3], a[4])
PIN(pin_unlocked, 7, s64, current_mm(), a[0], a[1], a[3], a[2])
PIN(get_unlocked, 8, s64, current_mm(), a[0], a[1], a[3], a[2])
PIN(pin_fast_only, 9, s32, current_mm(), a[0], (u32)a[1], a[2], a[3])
PIN(get_fast_only, 10, s32, current_mm(), a[0], (u32)a[1], a[2], a[3])
/* The remote functions have 7 arguments before 6.5, too many for fexit on 5.10 and 6.1; this is below them. */
PIN(longterm_locked, 11, s64, a[0], a[1], a[2], a[5], a[3])
PIN(pin_locked, 12, s64, current_mm(), a[0], a[1], a[2], a[3])
PIN(get_locked, 13, s64, current_mm(), a[0], a[1], a[2], a[3])

#endif
