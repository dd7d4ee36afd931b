/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pin calls that are holders by themselves: how they end. Nobody but the frames' return says that such a hold is over (see
 * bpf/hold_unpin.h).
 */
#include "hold.h"

#include "pin.h"

#include <string.h>

static void put_unpin(struct ftrace *f, const struct ftrace_event *e, u32 kind, u64 unpin, u64 page, u64 pages, u32 shape,
		      const u64 *caller)
{
	struct unpin_record record = { .unpin = unpin, .page = page, .pages = pages, .shape = shape };
	if (caller)
		stack_read(f, *caller, caller + 1, record.stack);
	ftrace_head(&record.head, e, kind, 0);
	ftrace_put(f, &record, sizeof record);
}

/* page, caller, stack */
void unpin_page(struct ftrace *f, const struct ftrace_event *e)
{
	put_unpin(f, e, RECORD_UNPIN_BEGIN, ftrace_identifier(f), e->value[0], 1, UNPIN_RANGE, &e->value[1]);
}

/* first page, pages, caller, stack */
void unpin_range(struct ftrace *f, const struct ftrace_event *e)
{
	put_unpin(f, e, RECORD_UNPIN_BEGIN, ftrace_identifier(f), e->value[0], e->value[1], UNPIN_RANGE, &e->value[2]);
}

void unpin_folio(struct ftrace *f, const struct ftrace_event *e)
{
	put_unpin(f, e, RECORD_UNPIN_BEGIN, ftrace_identifier(f), e->value[0], e->value[1], UNPIN_FOLIO, &e->value[2]);
}

/* list, count, pages, caller, stack. The first pages tell which hold it is. */
void unpin_list(struct ftrace *f, const struct ftrace_event *e)
{
	struct pin_pages_record pages = { .pin = ftrace_identifier(f),
					  .count = e->value[1] < UNPIN_PAGES ? e->value[1] : UNPIN_PAGES };
	put_unpin(f, e, RECORD_UNPIN_BEGIN, pages.pin, 0, e->value[1], UNPIN_LIST, &e->value[2 + UNPIN_PAGES]);
	memcpy(pages.page, &e->value[2], pages.count * sizeof *pages.page);
	ftrace_head(&pages.head, e, RECORD_PIN_PAGES, 0);
	ftrace_put(f, &pages, sizeof pages);
	put_unpin(f, e, RECORD_UNPIN_END, pages.pin, 0, 0, 0, NULL);
}

/* page */
void pipe_release(struct ftrace *f, const struct ftrace_event *e)
{
	put_unpin(f, e, RECORD_UNPIN_BEGIN, ftrace_identifier(f), e->value[0], 1, UNPIN_PIPE, NULL);
}

void vmsplice_enter(struct ftrace *f, const struct ftrace_event *e)
{
	ftrace_thread(f, e->tid)->in_vmsplice = true;
}

void vmsplice_exit(struct ftrace *f, const struct ftrace_event *e)
{
	struct ftrace_thread *thread = ftrace_thread(f, e->tid);
	pin_give_up(f, e, thread->pin);
	thread->in_vmsplice = false;
}
