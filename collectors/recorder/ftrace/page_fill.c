/* SPDX-License-Identifier: Apache-2.0 */
/* userfaultfd's copies and zero pages, and what drivers map. */
#include "page_work.h"

#include <stdlib.h>

static const struct page_run nothing;

/* mm start bytes */
void fill_begin(struct ftrace *f, const struct ftrace_event *e)
{
	(void)f;
	work_begin(e, WORK_FILL, e->value[0], bytes_run(e->value[1], e->value[1] + e->value[2]), nothing);
}

static u64 filled_end(const struct page_frame *frame, s64 bytes)
{
	u64 end = frame->range.first + ((bytes > 0 ? (u64)bytes : 0) >> PAGE_SHIFT);
	return end < frame->range.end ? end : frame->range.end;
}

/* bytes filled, with pages: shared ones and such of hugetlb have no reverse map with an address */
void fill_end(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = work_end(e, WORK_FILL);
	struct page_changes changes;
	if (frame && changes_begin(&changes, f, e, frame->mm, CAUSE_USERFAULTFD)) {
		u64 end = filled_end(frame, (s64)e->value[0]);
		for (u64 page = frame->range.first; page < end; page++)
			if (!frame_has_placed(frame, page))
				changes_open(&changes, page);
		changes_end(&changes);
	}
	free(frame);
}

/* bytes filled, with the zero page unless the area is shared memory */
void zero_fill_end(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = work_end(e, WORK_FILL);
	struct page_changes changes;
	if (frame && changes_begin(&changes, f, e, frame->mm, CAUSE_USERFAULTFD)) {
		u64 end = filled_end(frame, (s64)e->value[0]);
		for (u64 page = frame->range.first; page < end; page++) {
			if (frame_has_placed(frame, page))
				continue;
			if (frame->disturbed || frame->number[0])
				changes_open(&changes, page);
			else
				changes_set(&changes, page, mapped(f->recorder->pages.zero_frame));
		}
		changes_end(&changes);
	}
	free(frame);
}

/* mm start bytes: a driver maps what it likes */
void foreign_begin(struct ftrace *f, const struct ftrace_event *e)
{
	(void)f;
	work_begin(e, WORK_FOREIGN, e->value[0], bytes_run(e->value[1], e->value[1] + e->value[2]), nothing);
}

/* mm start count: as many pages */
void foreign_pages_begin(struct ftrace *f, const struct ftrace_event *e)
{
	(void)f;
	work_begin(e, WORK_FOREIGN, e->value[0], bytes_run(e->value[1], e->value[1] + e->value[2] * PAGE_BYTES), nothing);
}

void foreign_end(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = work_end(e, WORK_FOREIGN);
	struct page_changes changes;
	if (frame && changes_begin(&changes, f, e, frame->mm, CAUSE_POPULATE)) {
		open_run(&changes, frame->range);
		changes_end(&changes);
	}
	free(frame);
}
