/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The get_user_pages family: what bpf/pin.h does in the kernel, from events. At the return of a call its page list is read
 * by events of their own, as one has not room for 512 pages. Where a return probe does not know the call's arguments (before
 * 6.9), the list's address is still in one of the registers that a function must preserve, which one depends on how the
 * caller was compiled. So there are events for each of these registers, which tell the address they read from: those whose
 * address is the call's list tell the pages, and the others are switched off as soon as that is known.
 */
#include "hold.h"
#include "pages.h"
#include "pin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PAGES_OF_EVENT 256
#define RETURNS_KNOW_ARGUMENTS (6 << 8 | 9)

struct pin_call {
	u32 api, flags;
	u64 mm; /* 0: the caller's */
	u64 start, pages, list, caller;
	const u64 *stack; /* raw words */
};

/* Long-term, and nobody's that is known: then the call is a holder by itself. So is vmsplice(), though not for long. */
static void own_pin_begins(struct ftrace *f, const struct ftrace_event *e, const struct pin_call *call, const u64 *stack)
{
	const struct hold_request request = {
		.mm = call->mm,
		.start = call->start & ~(PAGE_BYTES - 1),
		.length = call->pages << PAGE_SHIFT,
		.access = call->flags & f->recorder->foll_write ? MAY_WRITE : 0,
		.method = ftrace_thread(f, e->tid)->in_vmsplice ? PTL_METHOD_VMSPLICE : PTL_METHOD_OTHER_PIN,
		.stack = stack,
	};
	struct live_hold *hold = hold_begins(f, e, &request);
	hold->is_pin = true;
	hold_is_at(hold, hold->mm);
}

/* A pin for a moment is of interest where pages are held for long. */
static bool counts(struct ftrace *f, const struct ftrace_event *e, const struct pin_call *call)
{
	return pages_are_watched(0) && pages_are_watched(call->mm ? call->mm : ftrace_mm(f, e->pid));
}

static void pin_begins(struct ftrace *f, const struct ftrace_event *e, const struct pin_call *call)
{
	struct ftrace_thread *thread = ftrace_thread(f, e->tid);
	pin_give_up(f, e, thread->pin);
	bool is_held = call->flags & f->recorder->foll_longterm || thread->in_vmsplice;
	if (!is_held && !counts(f, e, call))
		return;
	struct pin_record begin = { .start = call->start, .pages = call->pages, .api = call->api, .flags = call->flags };
	if (!is_held || !thread->umem)
		stack_read(f, call->caller, call->stack, begin.stack);
	if (is_held && !thread->umem)
		own_pin_begins(f, e, call, begin.stack);
	if (!thread->pin)
		thread->pin = need(sizeof *thread->pin);
	*thread->pin = (struct pending_pin){ .id = ftrace_identifier(f), .umem = thread->umem, .start = call->start,
					     .asked = call->pages, .list = call->list };
	if (call->api == 1)
		thread->pin->caller = call->caller;
	else if (call->api != 4)
		thread->pin->told_before = f->recorder->kernel.version < RETURNS_KNOW_ARGUMENTS;
	if (thread->umem) {
		u64 *watched = thread->hold ? &thread->hold->watched : &thread->umem_watched;
		u64 page = (call->start >> PAGE_SHIFT) + call->pages;
		*watched = pages_watch_on(e->tid, thread->umem_mm, *watched, page,
					  pages_end(thread->umem_start, thread->umem_length));
	}
	thread->pin->mm = thread->umem ? thread->umem_mm : call->mm ? call->mm : ftrace_mm(f, e->pid);
	if (!is_held)
		thread->pin->umem = thread->pin->list = 0;
	begin.pin = thread->pin->id;
	begin.umem = thread->pin->umem;
	if (begin.umem)
		begin.stack[0] = 0;
	ftrace_head(&begin.head, e, RECORD_PIN_BEGIN, thread->pin->mm);
	ftrace_put(f, &begin, sizeof begin);
}

/* start, pages, flags, list, caller, stack; here and below the api numbers are those of bpf/pin.h */
static void local_pin(struct ftrace *f, const struct ftrace_event *e, u32 api)
{
	const struct pin_call call = { .api = api, .start = e->value[0], .pages = e->value[1], .flags = e->value[2],
				       .list = e->value[3], .caller = e->value[4], .stack = &e->value[5] };
	pin_begins(f, e, &call);
}

void pin_fast_enter(struct ftrace *f, const struct ftrace_event *e)
{
	local_pin(f, e, 1);
}

void short_fast_enter(struct ftrace *f, const struct ftrace_event *e)
{
	local_pin(f, e, 1);
}

void pin_plain_enter(struct ftrace *f, const struct ftrace_event *e)
{
	local_pin(f, e, 2);
}

void short_plain_enter(struct ftrace *f, const struct ftrace_event *e)
{
	local_pin(f, e, 2);
}

void get_fast_enter(struct ftrace *f, const struct ftrace_event *e)
{
	local_pin(f, e, 4);
}

void pin_unlocked_enter(struct ftrace *f, const struct ftrace_event *e)
{
	local_pin(f, e, 7);
}

/* mm, start, pages, flags, list, caller, stack */
void pin_remote_enter(struct ftrace *f, const struct ftrace_event *e)
{
	const struct pin_call call = { .api = 3, .mm = e->value[0], .start = e->value[1], .pages = e->value[2],
				       .flags = e->value[3], .list = e->value[4], .caller = e->value[5],
				       .stack = &e->value[6] };
	pin_begins(f, e, &call);
}

void short_remote_enter(struct ftrace *f, const struct ftrace_event *e)
{
	pin_remote_enter(f, e);
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
	u64 count = pin->result > 0 && pin->list ? (u64)pin->result : 0;
	return count < TABLE_ENTRIES ? count : TABLE_ENTRIES;
}

static void put_end(struct ftrace *f, const struct ftrace_event *e, struct pending_pin *pin)
{
	struct pin_record end = { .pin = pin->id, .result = pin->result };
	u64 count = told(pin);
	struct live_hold *hold = ftrace_thread(f, e->tid)->hold;
	if (count)
		put_pages(f, e, pin, count < pin->have ? count : pin->have);
	if (hold && !hold->is_pin && hold->context && pin->umem == hold->id && pin->result > TABLE_ENTRIES && pin->have == TABLE_ENTRIES) {
		pin->rest = pin->id;
		pin->id = 0;
		return;
	}
	ftrace_head(&end.head, e, RECORD_PIN_END, pin->mm);
	ftrace_put(f, &end, sizeof end);
	pin->id = 0;
	if (hold && hold->is_pin)
		hold_ends(f, e, pin->result > 0 ? 0 : pin->result < 0 ? (s32)pin->result : -EFAULT);
}

/* The call has returned, and all of its pages have come: in which order its events are told depends on the kernel. */
static void finish(struct ftrace *f, const struct ftrace_event *e, struct pending_pin *pin)
{
	if (pin->ended && (pin->told_before || pin->have >= told(pin)))
		put_end(f, e, pin);
}

void pin_give_up(struct ftrace *f, const struct ftrace_event *e, struct pending_pin *pin)
{
	if (!pin || !pin->id)
		return;
	if (pin->ended && pin->caller)
		pin_caller_is_strange(f);
	put_end(f, e, pin);
}

/* number of the first page told, address of the list, result, then the pages */
static bool take_pages(struct pending_pin *pin, const struct ftrace_event *e)
{
	u64 first = e->value[0], count = e->values - 3 < PAGES_OF_EVENT ? e->values - 3 : PAGES_OF_EVENT;
	if (!pin || !pin->id || !pin->list || e->value[1] != pin->list)
		return false;
	if (!first)
		pin->have = 0; /* once more: what could not be kept where it was has been moved, and is pinned anew */
	if (first != pin->have)
		return false;
	if (first + count > TABLE_ENTRIES)
		count = TABLE_ENTRIES - first;
	memcpy(pin->page + first, &e->value[3], count * sizeof *pin->page);
	pin->have += count;
	return true;
}

void pin_pages(struct ftrace *f, const struct ftrace_event *e)
{
	struct pending_pin *pin = ftrace_thread(f, e->tid)->pin;
	if (!take_pages(pin, e))
		return;
	pin_caller_uses(f, pin->caller, e->probe);
	finish(f, e, pin);
}

/* Of functions whose callers need not be told apart. */
void slow_pages(struct ftrace *f, const struct ftrace_event *e)
{
	struct pending_pin *pin = ftrace_thread(f, e->tid)->pin;
	if (take_pages(pin, e))
		finish(f, e, pin);
}

void splice_pages(struct ftrace *f, const struct ftrace_event *e)
{
	slow_pages(f, e);
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

void short_exit(struct ftrace *f, const struct ftrace_event *e)
{
	pin_exit(f, e);
}
