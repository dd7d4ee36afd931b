/* SPDX-License-Identifier: Apache-2.0 */
#include "page_work.h"

#define STRAY_NS (60 * NS_PER_S) /* so long after a loss an end without a begin may be due to it */

struct page_frame *work_begin(const struct ftrace_event *e, enum page_work work, u64 mm, struct page_run range,
			      struct page_run other)
{
	open_disturb(&page_model.open, mm, range, e->time);
	open_disturb(&page_model.open, mm, other, e->time);
	return frames_push(&page_model.frames, e->tid, work, mm, range, other, e->time);
}

struct page_frame *work_end(const struct ftrace_event *e, enum page_work work)
{
	struct page_frame *frame = frames_pop(&page_model.frames, e->tid, work);
	if (frame) {
		open_touch_all(&page_model.open, frame->mm, frame->range, e->time);
		open_touch_all(&page_model.open, frame->mm, frame->other, e->time);
	} else if (work != WORK_COLLAPSE && page_model.lost_at && e->time - page_model.lost_at < STRAY_NS) {
		page_model.lost_until = e->time; /* it began before the loss, or in it: what it did is not known */
	}
	return frame;
}

/* Why the thread maps pages: what it is in the middle of says it. */
static u32 cause_of(u32 tid, u64 count)
{
	const struct page_frame *frame = frames_top(&page_model.frames, tid);
	for (; frame; frame = frame->below) {
		switch (frame->work) {
		case WORK_FAULT:
			return CAUSE_FAULT;
		case WORK_FILL:
		case WORK_INSTALL:
			return CAUSE_USERFAULTFD;
		case WORK_COLLAPSE:
		case WORK_FILE_COLLAPSE:
			return CAUSE_COLLAPSE;
		case WORK_MIGRATED:
			return CAUSE_MIGRATION;
		case WORK_KSM:
			return CAUSE_KSM;
		case WORK_SWAPOFF:
			return CAUSE_RECLAIM;
		case WORK_FOREIGN:
			return CAUSE_POPULATE;
		default:
			break;
		}
	}
	return count > 1 ? CAUSE_COLLAPSE : CAUSE_OTHER;
}

bool run_is_contended(u32 tid, u64 mm, struct page_run run)
{
	for (const struct page_frame *frame = page_model.frames.all; frame; frame = frame->next)
		if (frame->tid != tid && frame_takes(frame) && frame_meets(frame, mm, run))
			return true;
	return false;
}

void place_pages(struct ftrace *f, const struct ftrace_event *e, u64 mm, u64 page, u64 address, u64 count, cell kind)
{
	struct page_changes changes;
	struct page_run run = { address >> PAGE_SHIFT, (address >> PAGE_SHIFT) + count };
	frames_placed(&page_model.frames, e->tid, mm, run);
	if (!changes_begin(&changes, f, e, mm, cause_of(e->tid, count)))
		return;
	u64 frame = page_frame(f, page);
	bool contended = run_is_contended(e->tid, mm, run);
	for (u64 i = 0; i < count; i++) {
		struct page_run one = { run.first + i, run.first + i + 1 };
		if (contended && run_is_contended(e->tid, mm, one))
			changes_open(&changes, one.first);
		else
			changes_set(&changes, one.first, mapped(frame + i) | kind);
	}
	changes_end(&changes);
}

bool run_is_short(struct page_run run)
{
	return run.end - run.first <= 64 * BLOCK_PAGES;
}

u64 next_block(u64 mm, u64 number, u64 end)
{
	const struct table *blocks = &page_model.cells.blocks;
	if (end - number <= blocks->mask + 1) {
		while (number < end && !cells_block(&page_model.cells, mm, number))
			number++;
		return number;
	}
	u64 next = end;
	for (size_t i = 0; blocks->slots && i <= blocks->mask; i++)
		if (blocks->slots[i].value && blocks->slots[i].high == mm && blocks->slots[i].low >= number &&
		    blocks->slots[i].low < next)
			next = blocks->slots[i].low;
	return next;
}

void open_run(struct page_changes *c, struct page_run run)
{
	u64 mm = c->space->mm, last = (run.end + BLOCK_PAGES - 1) / BLOCK_PAGES;
	for (u64 number = next_block(mm, run.first / BLOCK_PAGES, last); number < last;
	     number = next_block(mm, number + 1, last)) {
		u64 first = number * BLOCK_PAGES, end = first + BLOCK_PAGES;
		for (u64 page = first < run.first ? run.first : first; page < end && page < run.end; page++)
			changes_open(c, page);
	}
}
