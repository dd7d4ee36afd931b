/* SPDX-License-Identifier: Apache-2.0 */
#include "page_frames.h"

#include <stdlib.h>

static bool work_takes(enum page_work work)
{
	return work != WORK_FAULT && work != WORK_HUGE_FAULT && work != WORK_FILL && work != WORK_INSTALL &&
	       work != WORK_KSM && work != WORK_FOREIGN && work != WORK_PLACE && work != WORK_COLLAPSE &&
	       work != WORK_SWAPOFF;
}

bool frame_takes(const struct page_frame *frame)
{
	return work_takes(frame->work);
}

static bool is_zap(const struct page_frame *frame)
{
	return frame->work == WORK_ZAP || frame->work == WORK_HUGETLB_ZAP;
}

/* Zaps of the same pages end in the same, and so do faults. */
static void disturb(struct page_frame *a, struct page_frame *b)
{
	if (a->tid == b->tid || a->mm != b->mm || (!frame_takes(a) && !frame_takes(b)) || (is_zap(a) && is_zap(b)))
		return;
	if (!frame_meets(a, b->mm, b->range) && !frame_meets(a, b->mm, b->other))
		return;
	/* Each page that is mapped inside a zap is told of by itself: only what else the other does is doubtful. */
	if (frame_takes(a) && frame_takes(b)) {
		a->disturbed = b->disturbed = true;
	} else if (frame_takes(a)) {
		b->disturbed = true;
	} else {
		a->disturbed = true;
	}
}

struct page_frame *frames_push(struct page_frames *frames, u32 tid, enum page_work work, u64 mm, struct page_run range,
			       struct page_run other, u64 time)
{
	struct page_frame *frame = need_zero(sizeof *frame);
	frame->work = work;
	frame->tid = tid;
	frame->mm = mm;
	frame->begin = time;
	frame->range = range;
	frame->other = other;
	for (struct page_frame *at = frames->all; at; at = at->next)
		disturb(frame, at);
	frame->below = frames_top(frames, tid);
	table_put(&frames->threads, tid, 0, frame);
	frame->next = frames->all;
	frame->link = &frames->all;
	if (frame->next)
		frame->next->link = &frame->next;
	frames->all = frame;
	return frame;
}

struct page_frame *frames_top(const struct page_frames *frames, u32 tid)
{
	return table_get(&frames->threads, tid, 0);
}

static void take_off(struct page_frames *frames, struct page_frame *frame)
{
	*frame->link = frame->next;
	if (frame->next)
		frame->next->link = frame->link;
	if (frame->below)
		table_put(&frames->threads, frame->tid, 0, frame->below);
	else
		table_remove(&frames->threads, frame->tid, 0);
}

struct page_frame *frames_pop(struct page_frames *frames, u32 tid, enum page_work work)
{
	struct page_frame *frame = frames_top(frames, tid);
	while (frame && frame->work != work)
		frame = frame->below;
	while (frame && frames_top(frames, tid) != frame) {
		struct page_frame *left = frames_top(frames, tid);
		take_off(frames, left);
		free(left);
	}
	if (frame)
		take_off(frames, frame);
	return frame;
}

void frames_end_thread(struct page_frames *frames, u32 tid)
{
	struct page_frame *frame;
	while ((frame = frames_top(frames, tid))) {
		take_off(frames, frame);
		free(frame);
	}
}

void frames_placed(struct page_frames *frames, u32 tid, u64 mm, struct page_run run)
{
	for (struct page_frame *frame = frames_top(frames, tid); frame; frame = frame->below) {
		if (frame->mm != mm)
			continue;
		struct page_run *last = frame->placed_count ? &frame->placed[frame->placed_count - 1] : NULL;
		if (last && last->end == run.first)
			last->end = run.end;
		else if (frame->placed_count < FRAME_RUNS)
			frame->placed[frame->placed_count++] = run;
		else
			frame->disturbed = true;
	}
}

bool frame_has_placed(const struct page_frame *frame, u64 page)
{
	for (u32 i = 0; i < frame->placed_count; i++)
		if (page >= frame->placed[i].first && page < frame->placed[i].end)
			return true;
	return false;
}

void frames_disturb(struct page_frames *frames, u32 tid, u64 mm, struct page_run run)
{
	for (struct page_frame *frame = frames->all; frame; frame = frame->next)
		if (frame->tid != tid && frame_meets(frame, mm, run))
			frame->disturbed = true;
}
