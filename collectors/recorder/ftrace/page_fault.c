/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults. What they map tells the reverse map (page_place.c), except for the zero page and the huge zero page, which have
 * none: a read fault of an anonymous area that succeeded, mapped nothing that has one and found nothing there has mapped
 * the zero page. Shared hugetlb pages and what drivers insert are read back.
 */
#include "page_work.h"
#include "page_hugetlb.h"
#include "thread.h"

#include <stdlib.h>

#define FAULT_FLAG_WRITE 1
#define VM_MAYSHARE 0x80
#define VM_HUGETLB 0x00400000UL
#define VM_FAULT_RETRY 0x000400
#define VM_FAULT_FALLBACK 0x000800
#define VM_FAULT_COMPLETED 0x004000
#define VM_FAULT_ERROR 0x000073 /* OOM SIGBUS HWPOISON HWPOISON_LARGE SIGSEGV */

enum { FLAGS, OPS, VM_FLAGS, ADDRESS, INNER };

static const struct page_run nothing;

/* mm address flags ops vm_flags */
void page_fault_begin(struct ftrace *f, const struct ftrace_event *e)
{
	(void)f;
	u64 address = e->value[1];
	struct page_run run = e->value[4] & VM_HUGETLB ? block_run(address) : bytes_run(address, address + 1);
	struct page_frame *frame = work_begin(e, WORK_FAULT, e->value[0], run, nothing);
	frame->number[ADDRESS] = address;
	frame->number[FLAGS] = e->value[2];
	frame->number[OPS] = e->value[3];
	frame->number[VM_FLAGS] = e->value[4];
}

/* mm address flags file start offset vm_flags: GUP comes here by itself until 6.6, so this is where hugetlb faults are followed */
void hugetlb_fault_begin(struct ftrace *f, const struct ftrace_event *e)
{
	(void)f;
	struct page_frame *frame = work_begin(e, WORK_FAULT, e->value[0], block_run(e->value[1]), nothing);
	frame->number[ADDRESS] = e->value[1];
	frame->number[FLAGS] = e->value[2];
	frame->number[OPS] = true;
	frame->number[INNER] = frame->below && frame->below->work == WORK_FAULT;
	if (e->value[6] & VM_MAYSHARE)
		frame->file = (struct file_part){ e->value[3], (e->value[1] - e->value[4] + e->value[5] * PAGE_BYTES) / BLOCK_BYTES };
}

/* An anonymous area: only a read fault maps something that nothing else tells of. */
static void anonymous_fault(struct page_changes *c, const struct page_frame *frame)
{
	u64 page = frame->range.first;
	cell known = page_known(frame->mm, page);
	if (frame->number[FLAGS] & FAULT_FLAG_WRITE)
		return;
	if (frame->disturbed || (cell_state(known) & 3) == STATE_UNKNOWN || cell_state(known) == STATE_ABSENT)
		changes_open(c, page);
	else if (cell_state(known) == STATE_NONE)
		changes_set(c, page, mapped(c->f->recorder->pages.zero_frame));
}

static void other_fault(struct page_changes *c, const struct page_frame *frame)
{
	u64 found = frame->disturbed ? 0 : hugetlb_found(c->f, frame);
	if (found) {
		changes_set_block(c, frame->range.first / BLOCK_PAGES, mapped(found) | CELL_KIND_KNOWN);
		return;
	}
	for (u64 page = frame->range.first; page < frame->range.end; page++) {
		if (!frame->disturbed && (page_known(frame->mm, page) & 3) == STATE_MAPPED)
			continue;
		changes_open(c, page);
		struct open_page *open = open_find(&page_model.open, frame->mm, page);
		if (open)
			open->file = frame->file;
	}
}

/* Of a pin, or of an address space with umems; which pages are of interest is decided later. */
static void tell_fault(struct ftrace *f, const struct ftrace_event *e, const struct page_frame *frame, u32 result)
{
	const struct ftrace_thread *thread = ftrace_thread(f, e->tid);
	struct fault_record fault = { .address = frame->number[ADDRESS], .duration = e->time - frame->begin,
				      .flags = frame->number[FLAGS], .result = result,
				      .pin = thread->pin ? thread->pin->id : 0 };
	if (!cells_space(&page_model.cells, frame->mm))
		return;
	ftrace_head(&fault.head, e, RECORD_FAULT, frame->mm);
	ftrace_put(f, &fault, sizeof fault);
}

/* result */
void page_fault_end(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = work_end(e, WORK_FAULT);
	u32 result = (u32)e->value[0];
	struct page_changes changes;
	if (frame && !frame->number[INNER])
		tell_fault(f, e, frame, result);
	if (frame && !(frame->number[VM_FLAGS] & VM_HUGETLB) &&
	    !(result & (VM_FAULT_ERROR | VM_FAULT_RETRY | VM_FAULT_COMPLETED)) &&
	    !frame_has_placed(frame, frame->range.first) && changes_begin(&changes, f, e, frame->mm, CAUSE_FAULT)) {
		if (frame->number[OPS])
			other_fault(&changes, frame);
		else
			anonymous_fault(&changes, frame);
		changes_end(&changes);
	}
	free(frame);
}

/* mm address flags */
void huge_fault_begin(struct ftrace *f, const struct ftrace_event *e)
{
	(void)f;
	struct page_frame *frame = work_begin(e, WORK_HUGE_FAULT, e->value[0], block_run(e->value[1]), nothing);
	frame->number[FLAGS] = e->value[2];
}

static bool maps_nothing(u64 mm, struct page_run run)
{
	for (u64 page = run.first; page < run.end; page++)
		if (page_known(mm, page) != STATE_NONE)
			return false;
	return true;
}

static void huge_zero(struct page_changes *c, const struct page_frame *frame)
{
	if (!frame->disturbed && page_model.huge_zero_frame && maps_nothing(frame->mm, frame->range)) {
		changes_set_block(c, frame->range.first / BLOCK_PAGES, mapped(page_model.huge_zero_frame));
		return;
	}
	for (u64 page = frame->range.first; page < frame->range.end; page++)
		if (frame->disturbed || (page_known(frame->mm, page) & 3) != STATE_MAPPED)
			changes_open(c, page);
}

/* result */
void huge_fault_end(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = work_end(e, WORK_HUGE_FAULT);
	u32 result = (u32)e->value[0];
	struct page_changes changes;
	if (frame && !(result & (VM_FAULT_ERROR | VM_FAULT_RETRY | VM_FAULT_FALLBACK))) {
		bool placed = frame_has_placed(frame, frame->range.first);
		if (!placed && !(frame->number[FLAGS] & FAULT_FLAG_WRITE) &&
		    changes_begin(&changes, f, e, frame->mm, CAUSE_FAULT)) {
			huge_zero(&changes, frame);
			changes_end(&changes);
		}
		/* The fault itself has nothing more to say. */
		if (!placed)
			frames_placed(&page_model.frames, e->tid, frame->mm, frame->range);
	}
	free(frame);
}
