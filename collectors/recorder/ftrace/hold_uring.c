/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io_uring's fixed buffers: what bpf/hold_uring.h does in the kernel, from events. A buffer is named by its struct
 * io_mapped_ubuf, which a return probe sees from 6.9 on. Before, its end is known by the ring, the range and the first
 * pages; of buffers that have all that in common it does not matter which has ended first.
 */
#include "hold.h"

#include <string.h>

/* context, start, length, slot; an empty slot has no address */
void uring_begin(struct ftrace *f, const struct ftrace_event *e)
{
	const struct hold_request request = { .start = e->value[1], .length = e->value[2], .access = MAY_WRITE,
					      .method = PTL_METHOD_IO_URING };
	if (!request.start)
		return;
	for (struct live_hold *other = holds_at(e->value[0], request.start); other; other = other->older)
		hold_changes(other, e->time);
	struct live_hold *hold = hold_begins(f, e, &request);
	hold->slot = e->value[3];
	hold_is_at(hold, e->value[0]);
}

static void remember_pages(struct live_hold *hold, const struct pending_pin *pin)
{
	if (!pin || pin->umem != hold->id)
		return;
	hold->pages = pin->have < HOLD_PAGES ? pin->have : HOLD_PAGES;
	if (pin->result < hold->pages)
		hold->pages = pin->result;
	memcpy(hold->page, pin->page, hold->pages * sizeof *hold->page);
}

static struct live_hold *ends(struct ftrace *f, const struct ftrace_event *e, s64 result, u64 name)
{
	struct live_hold *made = ftrace_thread(f, e->tid)->hold;
	if (made && name)
		hold_is_named(made, name);
	struct live_hold *hold = hold_ends(f, e, result < 0 && result >= -4095 ? (s32)result : 0);
	if (hold)
		remember_pages(hold, ftrace_thread(f, e->tid)->pin);
	return hold;
}

/* result */
void uring_end(struct ftrace *f, const struct ftrace_event *e)
{
	ends(f, e, (s64)e->value[0], 0);
}

/* result: 0 or a node, or an error; buffer */
void uring_end_named(struct ftrace *f, const struct ftrace_event *e)
{
	s64 result = e->value[0];
	ends(f, e, result, result < 0 && result >= -4095 ? 0 : e->value[1]);
}

/* words: of each page its address and a word more */
static bool has_pages(const struct live_hold *hold, const u64 *words)
{
	for (u32 i = 0; i < hold->pages; i++)
		if (hold->page[i] != words[2 * i])
			return false;
	return hold->pages;
}

/* context, slot, start, end, words. The oldest with these pages; without pages that in the slot. */
void uring_release(struct ftrace *f, const struct ftrace_event *e)
{
	u64 context = e->value[0], slot = e->value[1], start = e->value[2], end = e->value[3];
	struct live_hold *found = NULL;
	bool same_pages = false;
	for (struct live_hold *hold = holds_at(context, start); start && hold; hold = hold->older) {
		bool same = has_pages(hold, &e->value[4]);
		if (hold->start + hold->length != end || (found && same_pages && !same))
			continue;
		if (!found || same || hold->slot == slot || found->slot != slot)
			found = hold;
		same_pages |= same;
	}
	hold_releases(f, e, found);
}

/* buffer, when the last ring that has it lets it go */
void uring_release_named(struct ftrace *f, const struct ftrace_event *e)
{
	hold_releases(f, e, hold_named(e->value[0]));
}
