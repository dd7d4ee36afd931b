/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * How the hold of a single pin call ends: its frames are given back, by whom is in the stack. Only frames that such calls
 * have pinned are told of; the table forgets none of them, so at worst user space drops a record.
 */
#include "pin.h"

__hidden_inline u64 unpin_begins(void *ctx, u64 page, u64 pages, u32 shape)
{
	struct unpin_record *record = reserve(sizeof *record);
	if (!record)
		return 0;
	u64 id = new_identifier();
	fill_head(&record->head, RECORD_UNPIN_BEGIN, 0);
	record->unpin = id;
	record->page = page;
	record->pages = pages;
	record->shape = shape;
	record->reserved = 0;
	if (bpf_get_stack(ctx, record->stack, sizeof record->stack, 0) < 0)
		record->stack[0] = 0;
	submit(record);
	return id;
}

/* Of a large folio any page may be the pinned one. */
__hidden_inline bool may_be_held(u64 page, u64 pages)
{
	return pages > 1 || held_frames[frame_slot(page)];
}

/* page */
AT_ENTRY(unpin_page_enter, own_pins > 0)
{
	if (may_be_held(a[0], 1))
		unpin_begins(ctx, a[0], 1, UNPIN_RANGE);
	return 0;
}

/* first page, pages, ... */
AT_ENTRY(unpin_range_enter, own_pins > 0)
{
	if (may_be_held(a[0], a[1]))
		unpin_begins(ctx, a[0], a[1], UNPIN_RANGE);
	return 0;
}

AT_ENTRY(unpin_folio_enter, own_pins > 0)
{
	unpin_begins(ctx, a[0], a[1], UNPIN_FOLIO);
	return 0;
}

__hidden_inline int unpin_list(void *ctx, u64 pages, u64 count)
{
	u64 id = unpin_begins(ctx, 0, count, UNPIN_LIST);
	if (!id)
		return 0;
	pin_all_chunks(id, 0, pages, count, 0);
	struct unpin_record *end = reserve(sizeof *end);
	if (!end)
		return 0;
	fill_head(&end->head, RECORD_UNPIN_END, 0);
	__builtin_memset((char *)end + sizeof end->head, 0, sizeof *end - sizeof end->head);
	end->unpin = id;
	submit(end);
	return 0;
}

/* pages, count */
AT_ENTRY(unpin_list_enter, own_pins > 0)
{
	return unpin_list(ctx, a[0], a[1]);
}

/* pages, count, whether to make them dirty; without it is the function above that is called */
AT_ENTRY(unpin_dirty_list_enter, own_pins > 0)
{
	return (u8)a[2] ? unpin_list(ctx, a[0], a[1]) : 0;
}

/* vmsplice(): pages go from the process into a pipe, and out of it one by one. */
AT_ENTRY(vmsplice_enter, true)
{
	struct thread_state *state = thread_enter();
	if (state)
		state->in_vmsplice = 1;
	return 0;
}

AT_VERBS_END(vmsplice_exit, 1)
{
	struct thread_state *state = thread_find();
	if (!state)
		return 0;
	state->in_vmsplice = 0;
	thread_leave(state);
	return 0;
}

/* page_cache_pipe_buf_release(pipe, buffer) */
AT_ENTRY(pipe_release_enter, own_pins > 0)
{
	u64 page = (u64)BPF_CORE_READ((struct pipe_buffer *)a[1], page);
	if (may_be_held(page, 1))
		unpin_begins(ctx, page, 1, UNPIN_PIPE);
	return 0;
}
