/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's own work on pages, found through the reverse map: reclaim, migration, KSM, collapse. */
#include "page_work.h"

#include <stdlib.h>

#define TTU_MUNLOCK 2 /* until 5.11: nothing is unmapped */

enum { FIRST_FRAME, COUNT, IS_FILE };

static const struct page_run nothing;

static struct page_frame *folio_begins(struct ftrace *f, const struct ftrace_event *e, enum page_work work)
{
	/* mm page address area_end flags order ... */
	u64 count = e->value[4] >> ftrace_constant(f, "pg_head") & 1 ? 1ULL << (e->value[5] & 31) : 1;
	struct page_run run = bytes_run(e->value[2], e->value[2] + count * PAGE_BYTES);
	if (run.end > e->value[3] >> PAGE_SHIFT && e->value[3])
		run.end = e->value[3] >> PAGE_SHIFT;
	struct page_frame *frame = work_begin(e, work, e->value[0], run, nothing);
	frame->number[FIRST_FRAME] = page_frame(f, e->value[1]);
	frame->number[COUNT] = count;
	return frame;
}

/* mm page address area_end flags order */
void unmap_one_begin(struct ftrace *f, const struct ftrace_event *e)
{
	folio_begins(f, e, WORK_UNMAP_ONE);
}

void migrate_one_begin(struct ftrace *f, const struct ftrace_event *e)
{
	folio_begins(f, e, WORK_MIGRATE_ONE);
}

/* mm page address area_end flags order ttu: unmapping for whatever purpose, until 5.13 */
void unmap_one_begin_ttu(struct ftrace *f, const struct ftrace_event *e)
{
	folio_begins(f, e, e->value[6] & TTU_MUNLOCK ? WORK_FOREIGN : WORK_UNMAP_ONE);
}

/* Which pages of the run mapped the folio, so that it is they that were unmapped - or, when it failed, that may have been. */
static void unmap_folio(struct page_changes *c, const struct page_frame *frame, bool done, bool migrates)
{
	for (u64 page = frame->range.first; page < frame->range.end; page++) {
		cell known = page_known(frame->mm, page);
		state s = cell_state(known);
		if (s == STATE_UNKNOWN)
			changes_open(c, page);
		if ((s & 3) != STATE_MAPPED || frame_of(s) - frame->number[FIRST_FRAME] >= frame->number[COUNT])
			continue;
		if (!done || frame->disturbed)
			changes_open(c, page);
		else if (migrates || known & CELL_ANON || !(known & CELL_KIND_KNOWN))
			changes_set(c, page, STATE_ABSENT | (known & (CELL_KIND_KNOWN | CELL_ANON)));
		else
			changes_set(c, page, STATE_NONE);
	}
	changes_end(c);
}

static void folio_ends(struct ftrace *f, const struct ftrace_event *e, enum page_work work, u32 cause)
{
	struct page_frame *frame = work_end(e, work);
	struct page_changes changes;
	if (frame && changes_begin(&changes, f, e, frame->mm, cause))
		unmap_folio(&changes, frame, (u8)e->value[0], work == WORK_MIGRATE_ONE);
	free(frame);
}

/* done */
void unmap_one_end(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *top = frames_top(&page_model.frames, e->tid);
	if (top && top->work == WORK_FOREIGN)
		free(work_end(e, WORK_FOREIGN));
	else
		folio_ends(f, e, WORK_UNMAP_ONE, CAUSE_RECLAIM);
}

void migrate_one_end(struct ftrace *f, const struct ftrace_event *e)
{
	folio_ends(f, e, WORK_MIGRATE_ONE, CAUSE_MIGRATION);
}

/* mm page address area_end flags order mapping: remove_migration_pte(). Anonymous pages tell of themselves. */
void migrated_begin(struct ftrace *f, const struct ftrace_event *e)
{
	folio_begins(f, e, WORK_MIGRATED)->number[IS_FILE] = !(e->value[6] & 1);
}

void migrated_end(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = work_end(e, WORK_MIGRATED);
	struct page_changes changes;
	if (!frame || !changes_begin(&changes, f, e, frame->mm, CAUSE_MIGRATION)) {
		free(frame);
		return;
	}
	for (u64 page = frame->range.first; page < frame->range.end; page++) {
		cell known = page_known(frame->mm, page);
		if (frame_has_placed(frame, page) || (cell_state(known) & 3) == STATE_MAPPED ||
		    cell_state(known) == STATE_NONE)
			continue;
		bool certain = cell_state(known) == STATE_ABSENT && frame->number[IS_FILE] && frame->number[COUNT] == 1 &&
			       known & CELL_KIND_KNOWN && !(known & CELL_ANON) && !frame->disturbed;
		if (certain)
			changes_set(&changes, page, mapped(frame->number[FIRST_FRAME]) | CELL_KIND_KNOWN);
		else
			changes_open(&changes, page);
	}
	changes_end(&changes);
	free(frame);
}

/* mm page ksm_page area_start area_offset index: where the page is mapped follows from its index (page_address_in_vma) */
void merge_begin(struct ftrace *f, const struct ftrace_event *e)
{
	(void)f;
	u64 address = e->value[3] + ((e->value[5] - e->value[4]) << PAGE_SHIFT);
	struct page_frame *frame = work_begin(e, WORK_KSM, e->value[0], bytes_run(address, address + 1), nothing);
	frame->number[0] = e->value[2];
}

/* result: 0 merged. With the zero page, which has no reverse map, nothing has told of it. */
void merge_end(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = work_end(e, WORK_KSM);
	struct page_changes changes;
	if (frame && !(s32)e->value[0] && frame->number[0] && !frame_has_placed(frame, frame->range.first) &&
	    changes_begin(&changes, f, e, frame->mm, CAUSE_KSM)) {
		changes_open(&changes, frame->range.first);
		changes_end(&changes);
	}
	free(frame);
}

/* mm address: a collapse of anonymous pages; when it succeeds the new huge page is told of */
void page_collapse_begin(struct ftrace *f, const struct ftrace_event *e)
{
	(void)f;
	work_begin(e, WORK_COLLAPSE, e->value[0], block_run(e->value[1]), nothing);
}

void page_collapse_end(struct ftrace *f, const struct ftrace_event *e)
{
	(void)f;
	free(work_end(e, WORK_COLLAPSE));
}

/* mm address: a collapse of file pages, of which pmdp_collapse_flush() tells - if it comes to that */
void file_collapse_begin(struct ftrace *f, const struct ftrace_event *e)
{
	(void)f;
	work_begin(e, WORK_FILE_COLLAPSE, e->value[0], block_run(e->value[1]), nothing);
}

void file_collapse_end(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = work_end(e, WORK_FILE_COLLAPSE);
	struct page_changes changes;
	if (frame && !frame->number[0] && changes_begin(&changes, f, e, frame->mm, CAUSE_COLLAPSE)) {
		for (u64 page = frame->range.first; page < frame->range.end; page++)
			if (cell_state(page_known(frame->mm, page)) != STATE_NONE && !frame_has_placed(frame, page))
				changes_open(&changes, page);
		changes_end(&changes);
	}
	free(frame);
}

/* mm address ops: the page table of a block is taken away; for an area of a file that is all that happens */
void collapse_flush(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_run run = block_run(e->value[1]);
	struct page_changes changes;
	struct page_frame *top = frames_top(&page_model.frames, e->tid);
	if (!e->value[2] || !changes_begin(&changes, f, e, e->value[0], CAUSE_COLLAPSE))
		return;
	if (top && top->work == WORK_FILE_COLLAPSE)
		top->number[0] = true;
	if (run_is_contended(e->tid, e->value[0], run))
		open_run(&changes, run);
	else
		changes_set_block(&changes, run.first / BLOCK_PAGES, STATE_NONE);
	changes_end(&changes);
}

/* The same until 5.10, where the collapse of anonymous pages is inlined into khugepaged and ends in a tracepoint. */
void collapse_flush_inlined(struct ftrace *f, const struct ftrace_event *e)
{
	if (e->value[2])
		collapse_flush(f, e);
	else
		page_collapse_begin(f, e);
}
