/* SPDX-License-Identifier: Apache-2.0 */
#include "page_hugetlb.h"

#include "page_work.h"

#include <stdlib.h>

struct known_part {
	struct file_part at;
	u64 frame, since;
	u32 by; /* the thread that put it there, 0: it was found */
};

static struct {
	struct table parts;
	u64 taken_out;    /* some page of some file, last */
	bool files_agree; /* the file of an area was seen to be the one that a page was put into */
} hugetlb;

#define BLOCK_ORDER 9

static const struct page_run nothing;

static bool is_followed(const struct ftrace *f)
{
	return hugetlb.files_agree && ftrace_is_attached(f, "hugetlb_takes_out") &&
	       ftrace_is_attached(f, "hugetlb_taken_out") && ftrace_is_attached(f, "hugetlb_migrates");
}

/* What may be gone: parts of a file, or a frame. */
struct gone {
	u64 file; /* 0: any */
	u64 first, end;
	u64 frame; /* 0: any */
};

static bool is_gone(const struct known_part *part, const struct gone *gone)
{
	return (!gone->file || (part->at.file == gone->file && part->at.part >= gone->first && part->at.part < gone->end)) &&
	       (!gone->frame || part->frame == gone->frame);
}

static void forget(u64 time, const struct gone *gone)
{
	struct table *table = &hugetlb.parts;
	struct known_part **list = need((table->mask + 1) * sizeof *list);
	size_t count = 0;
	for (size_t i = 0; table->slots && i <= table->mask; i++) {
		struct known_part *part = table->slots[i].value;
		if (part && is_gone(part, gone))
			list[count++] = part;
	}
	while (count--) {
		table_remove(table, list[count]->at.file, list[count]->at.part);
		free(list[count]);
	}
	free(list);
	hugetlb.taken_out = time;
}

void hugetlb_forget_all(u64 time)
{
	forget(time, &(struct gone){});
}

static bool something_is_taken_out(void)
{
	for (const struct page_frame *frame = page_model.frames.all; frame; frame = frame->next)
		if (frame->work == WORK_TAKE_OUT)
			return true;
	return false;
}

static void keep(struct file_part at, u64 frame, u64 since, u32 by)
{
	struct known_part *part = table_get(&hugetlb.parts, at.file, at.part);
	if (!part) {
		part = need_zero(sizeof *part);
		table_put(&hugetlb.parts, at.file, at.part, part);
	}
	*part = (struct known_part){ at, frame, since, by };
}

void hugetlb_learn(struct ftrace *f, struct file_part at, u64 frame, u64 since)
{
	if (at.file && !(frame % BLOCK_PAGES) && since > hugetlb.taken_out && is_followed(f) && !something_is_taken_out())
		keep(at, frame, since, 0);
}

/* Somebody else's page may have come after the fault had found another one. */
u64 hugetlb_found(struct ftrace *f, const struct page_frame *fault)
{
	const struct file_part *at = &fault->file;
	const struct known_part *part = at->file && is_followed(f) ? table_get(&hugetlb.parts, at->file, at->part) : NULL;
	return part && (part->by == fault->tid || part->since < fault->begin) ? part->frame : 0;
}

static struct page_frame *fault_of(u32 tid)
{
	struct page_frame *frame = frames_top(&page_model.frames, tid);
	while (frame && !(frame->work == WORK_FAULT && frame->file.file))
		frame = frame->below;
	return frame;
}

/* page file order: a new page for a file; known to be in it when that has succeeded */
void hugetlb_adds(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *fault = fault_of(e->tid);
	if (!fault || fault->file.file != e->value[1] || (e->value[2] & 31) != BLOCK_ORDER)
		return;
	hugetlb.files_agree = true;
	fault->added = page_frame(f, e->value[0]);
}

/* result */
void hugetlb_added(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *fault = fault_of(e->tid);
	if (fault && fault->added && !(s32)e->value[0] && is_followed(f))
		keep(fault->file, fault->added, e->time, e->tid);
	if (fault)
		fault->added = 0;
}

/* Bytes [number[FIRST], number[END]) of a file are being taken out. */
enum { FIRST, END };

static void forget_taken(u64 time, const struct page_frame *frame)
{
	const struct gone gone = { .file = frame->file.file, .first = frame->number[FIRST] / BLOCK_BYTES,
				   .end = (frame->number[END] + BLOCK_BYTES - 1) / BLOCK_BYTES };
	forget(time, &gone);
}

/* file start end: a hole is punched, the file cut off or gone */
void hugetlb_takes_out(struct ftrace *f, const struct ftrace_event *e)
{
	(void)f;
	struct page_frame *frame = work_begin(e, WORK_TAKE_OUT, 0, nothing, nothing);
	frame->file.file = e->value[0];
	frame->number[FIRST] = e->value[1];
	frame->number[END] = e->value[2];
	forget_taken(e->time, frame);
}

void hugetlb_taken_out(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = work_end(e, WORK_TAKE_OUT);
	(void)f;
	if (frame)
		forget_taken(e->time, frame);
	free(frame);
}

/* page: it is taken out as broken */
void hugetlb_breaks(struct ftrace *f, const struct ftrace_event *e)
{
	forget(e->time, &(struct gone){ .frame = page_frame(f, e->value[0]) });
}

/* page: another one is put in its place */
void hugetlb_migrates(struct ftrace *f, const struct ftrace_event *e)
{
	hugetlb_breaks(f, e);
}
