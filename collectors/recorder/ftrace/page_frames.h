/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What threads are in the middle of: a function that may change pages of a range has been called and has not returned.
 * Of two threads that are in the middle of something with the same pages, the order is not known.
 */
#ifndef PINTRAIL_FTRACE_PAGE_FRAMES_H
#define PINTRAIL_FTRACE_PAGE_FRAMES_H

#include "ftrace.h"

enum page_work {
	WORK_FAULT, WORK_HUGE_FAULT, WORK_ZAP, WORK_HUGETLB_ZAP, WORK_MOVE, WORK_UNMAP_ONE, WORK_MIGRATE_ONE, WORK_MIGRATED,
	WORK_SPLIT, WORK_COLLAPSE, WORK_FILE_COLLAPSE, WORK_FILL, WORK_INSTALL, WORK_USER_MOVE, WORK_KSM, WORK_FOREIGN,
	WORK_PLACE, WORK_SWAPOFF, WORK_TAKE_OUT,
};

#define FRAME_NUMBERS 7
#define FRAME_RUNS 8

struct page_run {
	u64 first, end;
};

/* Part number part, of 2 MiB, of a hugetlb file; file 0: nothing that is shared. */
struct file_part {
	u64 file, part;
};

struct page_frame {
	enum page_work work;
	u32 tid;
	u64 mm, begin;
	struct page_run range, other; /* pages that may change; a move has two ranges */
	u64 number[FRAME_NUMBERS];    /* of the handler */
	struct file_part file;        /* that a fault maps, or that pages are taken out of */
	u64 added;                    /* the frame that is being put there, 0: none */
	struct page_run placed[FRAME_RUNS]; /* pages that this thread has been seen to map meanwhile */
	u32 placed_count;
	bool disturbed; /* another thread was in the middle of something with these pages */
	struct page_frame *below; /* of the same thread */
	struct page_frame *next, **link; /* all of all threads */
};

struct page_frames {
	struct table threads; /* tid: its innermost frame */
	struct page_frame *all;
};

struct page_frame *frames_push(struct page_frames *frames, u32 tid, enum page_work work, u64 mm, struct page_run range,
			       struct page_run other, u64 time);

/* The thread's innermost frame of this work, taken off with those that it has left behind; NULL if there is none. */
struct page_frame *frames_pop(struct page_frames *frames, u32 tid, enum page_work work);
void frames_end_thread(struct page_frames *frames, u32 tid);
struct page_frame *frames_top(const struct page_frames *frames, u32 tid);

/* The thread maps pages: all its frames take note. */
void frames_placed(struct page_frames *frames, u32 tid, u64 mm, struct page_run run);
bool frame_has_placed(const struct page_frame *frame, u64 page);

/* What other threads have mapped of the run while they or others were in the middle of something has not been followed. */
void frames_disturb(struct page_frames *frames, u32 tid, u64 mm, struct page_run run);

static inline bool runs_meet(struct page_run a, struct page_run b)
{
	return a.first < b.end && b.first < a.end;
}

static inline bool frame_meets(const struct page_frame *frame, u64 mm, struct page_run run)
{
	return frame->mm == mm && (runs_meet(frame->range, run) || runs_meet(frame->other, run));
}

/* Whether the work takes pages away that it has not put there. */
bool frame_takes(const struct page_frame *frame);

#endif
