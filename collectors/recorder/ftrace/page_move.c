/* SPDX-License-Identifier: Apache-2.0 */
/* mremap and UFFDIO_MOVE: what was mapped at one address is mapped at another. */
#include "page_work.h"

#include <stdlib.h>

/* mm from to bytes */
void page_move_begin(struct ftrace *f, const struct ftrace_event *e)
{
	u64 mm = e->value[0], from = e->value[1], to = e->value[2], bytes = e->value[3];
	work_begin(e, WORK_MOVE, mm, bytes_run(from, from + bytes), bytes_run(to, to + bytes));
	if (!cells_space(&page_model.cells, mm))
		return;
	struct move_record move = { .from = from, .to = to, .bytes = bytes };
	ftrace_head(&move.head, e, RECORD_MOVE, mm);
	ftrace_call(f, e, &move.call);
	ftrace_put(f, &move, sizeof move);
}

static void move_page(struct page_changes *c, const struct page_frame *frame, u64 from, u64 to)
{
	cell known = page_known(frame->mm, from);
	if (cell_state(known) == STATE_UNKNOWN || frame->disturbed)
		changes_open(c, to);
	else
		changes_set(c, to, known);
}

static void leave_page(struct page_changes *c, const struct page_frame *frame, u64 page)
{
	if (frame->disturbed)
		changes_open(c, page);
	else
		changes_set(c, page, STATE_NONE);
}

static void move_pages(struct page_changes *c, const struct page_frame *frame, u64 count)
{
	u64 from = frame->range.first, to = frame->other.first;
	for (u64 i = 0; i < count; i++)
		move_page(c, frame, from + i, to + i);
	changes_end(c);
	for (u64 i = 0; i < count; i++)
		leave_page(c, frame, from + i);
	changes_end(c);
}

/* bytes moved */
void page_move_end(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = work_end(e, WORK_MOVE);
	struct page_changes changes;
	if (frame && changes_begin(&changes, f, e, frame->mm, CAUSE_MOVE)) {
		u64 asked = frame->range.end - frame->range.first, moved = e->value[0] >> PAGE_SHIFT;
		move_pages(&changes, frame, moved < asked ? moved : asked);
	}
	free(frame);
}

/* mm to from bytes: UFFDIO_MOVE */
void user_move_begin(struct ftrace *f, const struct ftrace_event *e)
{
	(void)f;
	u64 to = e->value[1], from = e->value[2], bytes = e->value[3];
	work_begin(e, WORK_USER_MOVE, e->value[0], bytes_run(from, from + bytes), bytes_run(to, to + bytes));
}

static void user_move(struct page_changes *c, const struct page_frame *frame, u64 count)
{
	for (u64 i = 0; i < count; i++) {
		u64 from = frame->range.first + i, to = frame->other.first + i;
		cell known = page_known(frame->mm, from);
		if (cell_state(known) == STATE_NONE && !frame->disturbed)
			continue; /* a hole of the source, which may be passed over */
		if (cell_state(known) == STATE_UNKNOWN)
			changes_open(c, from);
		move_page(c, frame, from, to);
		changes_end(c);
		if (cell_state(known) != STATE_UNKNOWN)
			leave_page(c, frame, from);
		changes_end(c);
	}
}

/* result: bytes moved, or an error before the first */
void user_move_end(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = work_end(e, WORK_USER_MOVE);
	struct page_changes changes;
	s64 moved = (s64)e->value[0];
	if (frame && moved > 0 && changes_begin(&changes, f, e, frame->mm, CAUSE_USERFAULTFD))
		user_move(&changes, frame, (u64)moved >> PAGE_SHIFT);
	free(frame);
}

/* result of the ioctl: 0 when all was moved; otherwise some may have been */
void user_move_ioctl_end(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = work_end(e, WORK_USER_MOVE);
	struct page_changes changes;
	if (frame && changes_begin(&changes, f, e, frame->mm, CAUSE_USERFAULTFD)) {
		if (!(s32)e->value[0]) {
			user_move(&changes, frame, frame->range.end - frame->range.first);
		} else {
			open_run(&changes, frame->range);
			open_run(&changes, frame->other);
			changes_end(&changes);
		}
	}
	free(frame);
}
