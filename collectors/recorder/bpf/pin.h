/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* The get_user_pages family. Frames are read at the return: pages may be migrated before the call is done with them. */
#include "pagetable.h"

#define CHUNKS_AT_ONCE 32
#define MAX_PIN_CHUNKS 1024 /* 2 GiB of small pages in one call */

/* Only the outermost call counts, and only if it is a umem's, long-term, or of an address space with pins. */
__hidden_inline bool pin_begins(void *ctx, u32 api, u64 mm, u64 start, u64 pages, u32 flags)
{
	struct thread_state *state = thread_find();
	if (!(state && (state->umem | state->pin)) && !(flags & settings.foll_longterm) && !space_in_scope(mm))
		return false;
	state = thread_enter();
	if (!state || state->pin_depth++)
		return false;
	state->pin = new_identifier();
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

__shared int pin_chunk(u64 pin, u64 start, u64 pages, u64 count)
{
	struct pin_pages_record *record = reserve(sizeof *record);
	if (!record)
		return 0;
	fill_head(&record->head, RECORD_PIN_PAGES, 0);
	record->pin = pin;
	record->start = start;
	if (count > TABLE_ENTRIES)
		count = TABLE_ENTRIES;
	record->count = bpf_probe_read_kernel(record->page, count * sizeof(u64), (void *)pages) ? 0 : count;
	submit(record);
	return 0;
}

/* pages is the address of the list, count what is left of it. */
__shared int pin_chunks(u64 pin, u64 start, u64 pages, u64 count)
{
	for (int i = 0; i < CHUNKS_AT_ONCE; i++) {
		pin_chunk(pin, start, pages, count);
		if (count <= TABLE_ENTRIES)
			break;
		count -= TABLE_ENTRIES;
		start += TABLE_ENTRIES << 12;
		pages += TABLE_ENTRIES * 8;
	}
	return 0;
}

__shared int pin_ends(u64 mm, u64 start, u64 pages, s64 result)
{
	struct thread_state *state = thread_find();
	if (!state || !state->pin_depth)
		return 0;
	if (--state->pin_depth)
		return 0;
	u64 id = state->pin, umem = state->umem;
	if (pages && result > 0)
		for (u32 i = 0; i < MAX_PIN_CHUNKS / CHUNKS_AT_ONCE; i++) {
			u64 done = (u64)i * CHUNKS_AT_ONCE * TABLE_ENTRIES;
			if (done >= (u64)result)
				break;
			pin_chunks(id, (start & ~4095ULL) + (done << 12), pages + done * 8, (u64)result - done);
		}
	struct pin_record *end = reserve(sizeof *end);
	if (end) {
		fill_head(&end->head, RECORD_PIN_END, mm);
		__builtin_memset((char *)end + sizeof end->head, 0, sizeof *end - sizeof end->head);
		end->pin = id;
		end->result = result;
		submit(end);
	}
	/* What another thread did to these pages between their pinning and now shows here. A umem asks for 2 MiB at most. */
	if (umem && result > 0)
		observe_pages(mm, start & ~4095ULL, (start & ~4095ULL) + ((u64)result << 12), CAUSE_PIN);
	state->pin = 0;
	thread_leave(state);
	return 0;
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
		return pin_ends(mm, start, pages, (result_type)result);                                                \
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
