/* SPDX-License-Identifier: Apache-2.0 */
#include "hold.h"

#include "pages.h"
#include "pin.h"

#include <stdlib.h>
#include <string.h>

static struct live_hold *all;
static struct table named; /* by kernel address */
static struct table places; /* by context and start: the newest */

struct live_hold *holds_at(u64 context, u64 start)
{
	return table_get(&places, context, start);
}

static u64 place_of(const struct live_hold *hold)
{
	return hold->context;
}

void hold_is_at(struct live_hold *hold, u64 context)
{
	hold->context = context;
	hold->older = holds_at(context, hold->start);
	table_put(&places, context, hold->start, hold);
}

static void leave_place(struct live_hold *hold)
{
	struct live_hold *first = holds_at(place_of(hold), hold->start), **at = &first;
	while (*at && *at != hold)
		at = &(*at)->older;
	if (!*at)
		return;
	*at = hold->older;
	if (first)
		table_put(&places, place_of(hold), hold->start, first);
	else
		table_remove(&places, place_of(hold), hold->start);
}

void hold_is_named(struct live_hold *hold, u64 name)
{
	hold->name = name;
	if (name)
		table_put(&named, name, 0, hold);
}

struct live_hold *hold_named(u64 name)
{
	return name ? table_get(&named, name, 0) : NULL;
}

static void forget(struct live_hold *hold)
{
	leave_place(hold);
	if (hold_named(hold->name) == hold)
		table_remove(&named, hold->name, 0);
	if (hold->maker) {
		hold->maker->hold = NULL;
		hold->maker->umem = 0;
	}
	*hold->link = hold->next;
	if (hold->next)
		hold->next->link = hold->link;
	free(hold);
}

struct live_hold *hold_begins(struct ftrace *f, const struct ftrace_event *e, const struct hold_request *request)
{
	struct ftrace_thread *thread = ftrace_thread(f, e->tid);
	struct hold_record begin = { .start = request->start, .length = request->length, .iova = request->iova,
				     .access = request->access, .method = request->method };
	struct live_hold *hold = need_zero(sizeof *hold);
	hold_ends(f, e, 0);
	*hold = (struct live_hold){ .id = ftrace_identifier(f), .mm = request->mm ? request->mm : ftrace_mm(f, e->pid),
				    .start = request->start, .length = request->length, .next = all, .link = &all };
	if (all)
		all->link = &hold->next;
	all = hold;
	thread->hold = hold;
	hold->maker = thread;
	thread->umem = begin.hold = hold->id;
	thread->umem_mm = hold->mm;
	thread->umem_start = hold->start;
	thread->umem_length = hold->length;
	begin.identity = request->stack ? 0 : hold->id;
	if (request->stack)
		memcpy(begin.stack, request->stack, sizeof begin.stack);
	ftrace_head(&begin.head, e, RECORD_HOLD_BEGIN, hold->mm);
	ftrace_put(f, &begin, sizeof begin);
	hold->watched = pages_watch(f, e, hold->mm, hold->start, hold->length);
	holds_count_short(f);
	return hold;
}

static struct live_hold *made(struct ftrace *f, const struct ftrace_event *e, struct ftrace_thread *thread, s32 error)
{
	struct live_hold *hold = thread->hold;
	if (hold)
		pin_give_up(f, e, thread->pin); /* which may end it */
	if (!hold || thread->hold != hold)
		return NULL;
	struct hold_record end = { .hold = hold->id, .identity = hold->is_pin ? 0 : hold->id, .error = error };
	ftrace_head(&end.head, e, RECORD_HOLD_END, hold->mm);
	if (thread->pin && thread->pin->rest && thread->pin->umem == hold->id)
		hold_reads_rest(f, e, hold, thread->pin, &end);
	else
		ftrace_put(f, &end, sizeof end);
	thread->hold = NULL;
	hold->maker = NULL;
	thread->umem = 0;
	if (!error) {
		u64 last = pages_end(hold->start, hold->length);
		hold->watched = pages_watch_on(e->tid, hold->mm, hold->watched, last, last);
		return hold;
	}
	pages_unwatch(f, hold->mm, hold->start, hold->watched);
	forget(hold);
	return NULL;
}

struct live_hold *hold_ends(struct ftrace *f, const struct ftrace_event *e, s32 error)
{
	return made(f, e, ftrace_thread(f, e->tid), error);
}

void hold_releases(struct ftrace *f, const struct ftrace_event *e, struct live_hold *hold)
{
	if (!hold)
		return;
	struct hold_record release = { .identity = hold->id };
	hold_changes(hold, e->time);
	if (hold->maker)
		made(f, e, hold->maker, 0);
	ftrace_head(&release.head, e, RECORD_HOLD_RELEASE, hold->mm);
	ftrace_put(f, &release, sizeof release);
	pages_unwatch(f, hold->mm, hold->start, hold->watched);
	forget(hold);
}

void hold_gives_up(struct ftrace *f, struct ftrace_thread *thread)
{
	struct live_hold *hold = thread->hold;
	if (!hold)
		return;
	pages_unwatch(f, hold->mm, hold->start, hold->watched);
	forget(hold);
}

void holds_thread_end(struct ftrace *f, const struct ftrace_event *e, struct ftrace_thread *thread)
{
	made(f, e, thread, 0);
}

void holds_forget(struct ftrace *f, u64 mm, u64 start, u64 length)
{
	for (struct live_hold *hold = holds_at(mm, start); hold; hold = hold->older) {
		if (!hold->is_pin || hold->length != length)
			continue;
		pages_unwatch(f, mm, start, hold->watched);
		forget(hold);
		return;
	}
}

void holds_space_end(u64 mm)
{
	for (struct live_hold *hold = all, *next; hold; hold = next) {
		next = hold->next;
		if (hold->mm != mm)
			continue;
		hold->mm = 0;
		if (hold->is_pin)
			forget(hold);
	}
}
