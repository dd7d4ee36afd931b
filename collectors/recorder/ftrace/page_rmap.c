/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's own work on pages, found through the reverse map: reclaim, migration, KSM, collapse. */
#include "page_work.h"

#include <stdlib.h>

/* Of try_to_unmap_one() until 5.13 */
#define TTU_MIGRATION 1
#define TTU_MUNLOCK 2 /* until 5.11: nothing is unmapped */
#define TTU_SPLIT_FREEZE 0x100

#define VM_HUGETLB 0x00400000UL
#define MAPPING_ANON 1 /* of page->mapping */

/* In frames: what is unmapped, or comes back. OFFSET: which page of it the range begins with. */
enum { FIRST_FRAME, COUNT, IS_ANON, MIGRATES, OFFSET, ONE_ENTRY, IS_FREE };

/* In frames of a file's collapse: the page table has been taken away; it cannot be. */
enum { FLUSHED, REFUSED };

static const struct page_run nothing;

static struct page_frame *folio_begins(struct ftrace *f, const struct ftrace_event *e, enum page_work work)
{
	/* mm page address area_end flags order mapping vm_flags ... */
	u64 count = e->value[4] >> ftrace_constant(f, "pg_head") & 1 ? 1ULL << (e->value[5] & 31) : 1;
	struct page_run run = bytes_run(e->value[2], e->value[2] + count * PAGE_BYTES);
	if (run.end > e->value[3] >> PAGE_SHIFT && e->value[3])
		run.end = e->value[3] >> PAGE_SHIFT;
	struct page_frame *frame = work_begin(e, work, e->value[0], run, nothing);
	frame->number[FIRST_FRAME] = page_frame(f, e->value[1]);
	frame->number[COUNT] = count;
	frame->number[IS_ANON] = e->value[6] & MAPPING_ANON;
	frame->number[IS_FREE] = ftrace_has_constant(f, "pg_swapbacked") &&
				 !(e->value[4] >> ftrace_constant(f, "pg_swapbacked") & 1);
	frame->number[ONE_ENTRY] = count == 1 || e->value[7] & VM_HUGETLB;
	return frame;
}

/* mm page address area_end flags order mapping vm_flags */
void unmap_one_begin(struct ftrace *f, const struct ftrace_event *e)
{
	folio_begins(f, e, WORK_UNMAP_ONE);
}

void migrate_one_begin(struct ftrace *f, const struct ftrace_event *e)
{
	folio_begins(f, e, WORK_MIGRATE_ONE)->number[MIGRATES] = true;
}

/* mm page address area_end flags order mapping vm_flags ttu: unmapping for whatever purpose, until 5.13 */
void unmap_one_begin_ttu(struct ftrace *f, const struct ftrace_event *e)
{
	u64 ttu = e->value[8];
	struct page_frame *frame = folio_begins(f, e, ttu & TTU_MUNLOCK ? WORK_FOREIGN : WORK_UNMAP_ONE);
	frame->number[MIGRATES] = ttu & (TTU_MIGRATION | TTU_SPLIT_FREEZE);
}

/*
 * Which pages of the run mapped the folio, so that it is they that were unmapped. When it failed, some of them may have been;
 * of a single entry the kernel says that it failed when it has left it, or put it back. A file's page is found again in its
 * file, and leaves nothing behind; nor does an anonymous one that MADV_FREE gave up; unless it migrates.
 */
static void unmap_folio(struct page_changes *c, const struct page_frame *frame, bool done)
{
	bool anon = frame->number[IS_ANON];
	bool leaves_entry = frame->number[MIGRATES] || (anon && !frame->number[IS_FREE]);
	cell left = leaves_entry ? STATE_ABSENT | CELL_KIND_KNOWN | (anon ? CELL_ANON : 0) : STATE_NONE;
	if (!done && frame->number[ONE_ENTRY] && !frame->disturbed)
		return;
	for (u64 page = frame->range.first; page < frame->range.end; page++) {
		state s = cell_state(page_known(frame->mm, page));
		if (s == STATE_UNKNOWN)
			changes_open(c, page);
		if ((s & 3) != STATE_MAPPED || frame_of(s) - frame->number[FIRST_FRAME] >= frame->number[COUNT])
			continue;
		if (!done || frame->disturbed)
			changes_open(c, page);
		else
			changes_set(c, page, left);
	}
	changes_end(c);
}

static void folio_ends(struct ftrace *f, const struct ftrace_event *e, enum page_work work)
{
	struct page_frame *frame = work_end(e, work);
	struct page_changes changes;
	if (frame && changes_begin(&changes, f, e, frame->mm, frame->number[MIGRATES] ? CAUSE_MIGRATION : CAUSE_RECLAIM))
		unmap_folio(&changes, frame, (u8)e->value[0]);
	free(frame);
}

/* done */
void unmap_one_end(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *top = frames_top(&page_model.frames, e->tid);
	if (top && top->work == WORK_FOREIGN)
		free(work_end(e, WORK_FOREIGN));
	else
		folio_ends(f, e, WORK_UNMAP_ONE);
}

void migrate_one_end(struct ftrace *f, const struct ftrace_event *e)
{
	folio_ends(f, e, WORK_MIGRATE_ONE);
}

/*
 * mm page address area_end flags order mapping vm_flags area_start area_offset index: remove_migration_pte(). Where the
 * area begins in the middle of the folio, the address is where the area begins. Hugetlb counts offsets in other units.
 */
void migrated_begin(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = folio_begins(f, e, WORK_MIGRATED);
	if (!(e->value[7] & VM_HUGETLB))
		frame->number[OFFSET] = ((e->value[2] - e->value[8]) >> PAGE_SHIFT) + e->value[9] - e->value[10];
}

/* What was unmapped for the migration comes back, in place of entries that nobody else changes. Anonymous pages tell of it. */
static void come_back(struct page_changes *c, const struct page_frame *frame, u64 page)
{
	cell known = page_known(frame->mm, page);
	u64 number = frame->number[OFFSET] + page - frame->range.first;
	if (frame_has_placed(frame, page) || (cell_state(known) & 3) == STATE_MAPPED || cell_state(known) == STATE_NONE)
		return;
	if (cell_state(known) == STATE_ABSENT && known & CELL_KIND_KNOWN && !(known & CELL_ANON) && !frame->number[IS_ANON] &&
	    number < frame->number[COUNT] && !frame->disturbed)
		changes_set(c, page, mapped(frame->number[FIRST_FRAME] + number) | CELL_KIND_KNOWN);
	else
		changes_open(c, page);
}

void migrated_end(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = work_end(e, WORK_MIGRATED);
	struct page_changes changes;
	if (frame && changes_begin(&changes, f, e, frame->mm, CAUSE_MIGRATION)) {
		for (u64 page = frame->range.first; page < frame->range.end; page++)
			come_back(&changes, frame, page);
		changes_end(&changes);
	}
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

/* result: 0 merged. With the zero page, which has no reverse map, nothing else has told of it. */
void merge_end(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = work_end(e, WORK_KSM);
	u64 zero = f->recorder->pages.zero_frame;
	struct page_changes changes;
	if (frame && !(s32)e->value[0] && frame->number[0] && !frame_has_placed(frame, frame->range.first) &&
	    changes_begin(&changes, f, e, frame->mm, CAUSE_KSM)) {
		if (page_frame(f, frame->number[0]) == zero && !frame->disturbed)
			changes_set(&changes, frame->range.first, mapped(zero));
		else
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

/* Whether a page of the run keeps its page table from being taken for a huge page's: the kernel looks at all before it begins. */
static bool has_stranger(u64 mm, struct page_run run)
{
	for (u64 page = run.first; page < run.end; page++) {
		state s = cell_state(page_known(mm, page));
		if (s == STATE_ABSENT || ((s & 3) == STATE_MAPPED && frame_of(s) % BLOCK_PAGES != page % BLOCK_PAGES))
			return true;
	}
	return false;
}

/* mm address: a collapse of file pages, of which pmdp_collapse_flush() tells - if it comes to that */
void file_collapse_begin(struct ftrace *f, const struct ftrace_event *e)
{
	(void)f;
	struct page_frame *frame = work_begin(e, WORK_FILE_COLLAPSE, e->value[0], block_run(e->value[1]), nothing);
	frame->number[FLUSHED] = false;
	frame->number[REFUSED] = has_stranger(frame->mm, frame->range);
}

void file_collapse_end(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = work_end(e, WORK_FILE_COLLAPSE);
	struct page_changes changes;
	if (frame && !frame->number[FLUSHED] && (!frame->number[REFUSED] || frame->disturbed) &&
	    changes_begin(&changes, f, e, frame->mm, CAUSE_COLLAPSE)) {
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
		top->number[FLUSHED] = true;
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
