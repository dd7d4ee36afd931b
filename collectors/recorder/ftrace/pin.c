/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The get_user_pages family: what bpf/pin.h does in the kernel, from events. At the return of a call its page list is read
 * by events of their own, as one has not room for 512 pages. Where a return probe does not know the call's arguments (before
 * 6.9), the list's address is still in one of the registers that a function must preserve, which one depends on how the
 * caller was compiled. So there are events for each of these registers, which tell the address they read from: those whose
 * address is the call's list tell the pages, and the others are switched off as soon as that is known.
 */
#include "pages.h"
#include "pin.h"
#include "thread.h"

#include <stdlib.h>
#include <string.h>

#define PAGES_OF_EVENT 256

/* Without the region's umem only long-term pins get here: the others are filtered out in the kernel. */
static void pin_begins(struct ftrace *f, const struct ftrace_event *e, u32 api, u64 start, u64 pages, u32 flags, u64 list,
		       u64 caller)
{
	struct ftrace_thread *thread = ftrace_thread(f, e->tid);
	struct pin_record begin = { .umem = thread->umem, .start = start, .pages = pages, .api = api, .flags = flags };
	pin_give_up(f, e, thread->pin);
	if (!thread->pin)
		thread->pin = need(sizeof *thread->pin);
	*thread->pin = (struct pending_pin){ .id = ftrace_identifier(f), .umem = thread->umem, .start = start,
					     .asked = pages, .list = list, .caller = caller };
	thread->pin->mm = thread->umem ? thread->umem_mm : ftrace_mm(f, e->pid);
	begin.pin = thread->pin->id;
	if (!thread->umem)
		begin.stack[0] = caller;
	ftrace_head(&begin.head, e, RECORD_PIN_BEGIN, thread->pin->mm);
	ftrace_put(f, &begin, sizeof begin);
}

/* start, pages, flags, list, caller */
void pin_fast_enter(struct ftrace *f, const struct ftrace_event *e)
{
	pin_begins(f, e, 1, e->value[0], e->value[1], e->value[2], e->value[3], e->value[4]);
}

static void put_pages(struct ftrace *f, const struct ftrace_event *e, const struct pending_pin *pin, u64 count)
{
	struct pin_pages_record pages = { .pin = pin->id, .start = pin->start & ~(PAGE_BYTES - 1), .count = count };
	pages_pinned(f, e, pin->mm, pages.start, pin->page, count, pin->umem);
	memcpy(pages.page, pin->page, count * sizeof *pin->page);
	ftrace_head(&pages.head, e, RECORD_PIN_PAGES, 0);
	ftrace_put(f, &pages, sizeof pages);
}

static u64 told(const struct pending_pin *pin)
{
	u64 count = pin->result > 0 ? (u64)pin->result : 0;
	return count < TABLE_ENTRIES ? count : TABLE_ENTRIES;
}

static void put_end(struct ftrace *f, const struct ftrace_event *e, struct pending_pin *pin)
{
	struct pin_record end = { .pin = pin->id, .result = pin->result };
	u64 count = told(pin);
	if (count)
		put_pages(f, e, pin, count < pin->have ? count : pin->have);
	ftrace_head(&end.head, e, RECORD_PIN_END, pin->mm);
	ftrace_put(f, &end, sizeof end);
	pin->id = 0;
}

/* The call has returned, and all of its pages have come: in which order its events are told depends on the kernel. */
static void finish(struct ftrace *f, const struct ftrace_event *e, struct pending_pin *pin)
{
	if (pin->ended && pin->have >= told(pin))
		put_end(f, e, pin);
}

void pin_give_up(struct ftrace *f, const struct ftrace_event *e, struct pending_pin *pin)
{
	if (!pin || !pin->id)
		return;
	if (pin->ended)
		pin_caller_is_strange(f);
	put_end(f, e, pin);
}

/* number of the first page told, address of the list, result, then the pages */
void pin_pages(struct ftrace *f, const struct ftrace_event *e)
{
	struct pending_pin *pin = ftrace_thread(f, e->tid)->pin;
	u64 first = e->value[0], count = PAGES_OF_EVENT;
	if (!pin || !pin->id || e->value[1] != pin->list || first != pin->have)
		return;
	if (first + count > TABLE_ENTRIES)
		count = TABLE_ENTRIES - first;
	memcpy(pin->page + first, &e->value[3], count * sizeof *pin->page);
	pin->have += count;
	pin_caller_uses(f, pin->caller, e->probe);
	finish(f, e, pin);
}

/* result */
void pin_exit(struct ftrace *f, const struct ftrace_event *e)
{
	struct pending_pin *pin = ftrace_thread(f, e->tid)->pin;
	if (!pin || !pin->id)
		return;
	pin->ended = true;
	pin->result = (s64)e->value[0];
	finish(f, e, pin);
}
