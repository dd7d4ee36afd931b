/* SPDX-License-Identifier: Apache-2.0 */
/* Ranges that are unmapped, split or moved away, by whichever process. */
#include "page_work.h"

#include <stdlib.h>

#define LARGE (1ULL << 7) /* of an entry: it is a page itself */
#define PRESENT 1
#define VM_MAYSHARE 0x80

static const struct page_run nothing;

enum { KEEPS_PRIVATE, ONLY_PAGE };

/* Of the kernel's details: private copies stay. Shared areas have none. */
static bool keeps_private(const struct ftrace_event *e, bool details)
{
	return e->value[4] && details && !(e->value[3] & VM_MAYSHARE);
}

static void unmap_begins(struct ftrace *f, const struct ftrace_event *e, enum page_work work, u64 mm, u64 start, u64 end,
			 bool keeps_private, u64 only_page)
{
	struct page_frame *frame = work_begin(e, work, mm, bytes_run(start, end), nothing);
	frame->number[KEEPS_PRIVATE] = keeps_private;
	frame->number[ONLY_PAGE] = only_page;
	if (!cells_space(&page_model.cells, mm))
		return;
	struct range_record unmap = { .start = start, .end = end, .flags = keeps_private ? UNMAP_KEEPS_PRIVATE : 0 };
	ftrace_head(&unmap.head, e, RECORD_UNMAP, mm);
	ftrace_call(f, e, &unmap.call);
	ftrace_put(f, &unmap, sizeof unmap);
}

/* mm start end vm_flags details check_mapping: until 5.16 */
void zap_begin_mapping(struct ftrace *f, const struct ftrace_event *e)
{
	unmap_begins(f, e, WORK_ZAP, e->value[0], e->value[1], e->value[2], keeps_private(e, e->value[5]), 0);
}

/* mm start end vm_flags details even_cows: until 7.1 */
void zap_begin_even(struct ftrace *f, const struct ftrace_event *e)
{
	unmap_begins(f, e, WORK_ZAP, e->value[0], e->value[1], e->value[2], keeps_private(e, !(u8)e->value[5]), 0);
}

/* mm start end vm_flags details skip_cows */
void zap_begin_skip(struct ftrace *f, const struct ftrace_event *e)
{
	unmap_begins(f, e, WORK_ZAP, e->value[0], e->value[1], e->value[2], keeps_private(e, (u8)e->value[5]), 0);
}

/* mm start end page: all, or only this page */
void hugetlb_zap_begin(struct ftrace *f, const struct ftrace_event *e)
{
	unmap_begins(f, e, WORK_HUGETLB_ZAP, e->value[0], e->value[1], e->value[2], false, e->value[3]);
}

/*
 * Where private copies stay, what a page was says whether it is gone. Of a page that is known from a pin only that is not
 * known, and what its frame is by now says nothing: it may have been given back, and be somebody else's.
 */
static void zap_file_page(struct page_changes *c, u64 page, cell known)
{
	switch (cell_state(known) & 3) {
	case STATE_MAPPED:
		if (!(known & CELL_KIND_KNOWN))
			changes_open(c, page);
		else if (!(known & CELL_ANON))
			changes_set(c, page, STATE_NONE);
		break;
	case STATE_NONE:
		break;
	default:
		changes_open(c, page);
	}
}

static void zap_page(struct page_changes *c, const struct page_frame *frame, u64 page)
{
	u64 mm = frame->mm;
	cell known = page_known(mm, page);
	struct open_page *open = known & CELL_OPEN ? open_find(&page_model.open, mm, page) : NULL;
	/* Another thread has mapped a page here meanwhile, or has been about to take one away. */
	bool contended = frame->disturbed || (open && open->first >= frame->begin);
	if (frame->number[ONLY_PAGE]) {
		u64 only = page_frame(c->f, frame->number[ONLY_PAGE]);
		u64 size = BLOCK_PAGES - 1;
		if ((cell_state(known) & 3) != STATE_MAPPED ? cell_state(known) != STATE_NONE
							    : contended || (frame_of(cell_state(known)) & ~size) == (only & ~size))
			changes_open(c, page);
	} else if (contended) {
		changes_open(c, page);
	} else if (frame->number[KEEPS_PRIVATE]) {
		zap_file_page(c, page, known);
	} else {
		changes_set(c, page, STATE_NONE);
	}
}

static void zap_block(struct page_changes *c, const struct page_frame *frame, u64 number)
{
	struct cell_block *block = cells_block(&page_model.cells, frame->mm, number);
	u64 first = number * BLOCK_PAGES, end = first + BLOCK_PAGES;
	bool whole = frame->range.first <= first && frame->range.end >= end;
	if (whole && !frame->disturbed && !frame->number[KEEPS_PRIVATE] && !frame->number[ONLY_PAGE] &&
	    (!block || !block->open)) {
		changes_set_block(c, number, STATE_NONE);
		return;
	}
	for (u64 page = first; page < end; page++)
		if (page >= frame->range.first && page < frame->range.end)
			zap_page(c, frame, page);
}

static void zap_ends(struct ftrace *f, const struct ftrace_event *e, enum page_work work)
{
	struct page_frame *frame = work_end(e, work);
	struct page_changes changes;
	if (frame && changes_begin(&changes, f, e, frame->mm, CAUSE_ZAP)) {
		u64 number = frame->range.first / BLOCK_PAGES;
		u64 end = (frame->range.end + BLOCK_PAGES - 1) / BLOCK_PAGES;
		bool all = run_is_short(frame->range);
		for (number = all ? number : next_block(frame->mm, number, end); number < end;
		     number = all ? number + 1 : next_block(frame->mm, number + 1, end))
			zap_block(&changes, frame, number);
		changes_end(&changes);
	}
	free(frame);
}

void zap_end(struct ftrace *f, const struct ftrace_event *e)
{
	zap_ends(f, e, WORK_ZAP);
}

void hugetlb_zap_end(struct ftrace *f, const struct ftrace_event *e)
{
	zap_ends(f, e, WORK_HUGETLB_ZAP);
}

/* mm address entry ops: __split_huge_pmd(). A file's huge page goes, an anonymous one stays in small pages. */
void split_begin(struct ftrace *f, const struct ftrace_event *e)
{
	(void)f;
	struct page_frame *frame = work_begin(e, WORK_SPLIT, e->value[0], block_run(e->value[1]), nothing);
	u64 entry = e->value[2];
	frame->number[0] = entry && (!(entry & PRESENT) || entry & LARGE);
	frame->number[1] = e->value[3];
}

static void split_page(struct page_changes *c, const struct page_frame *frame, u64 page)
{
	cell known = page_known(frame->mm, page);
	u64 huge_zero = page_model.huge_zero_frame;
	if (frame->disturbed)
		changes_open(c, page);
	else if (frame->number[1])
		changes_set(c, page, STATE_NONE);
	else if ((cell_state(known) & 3) == STATE_MAPPED && huge_zero &&
		 frame_of(cell_state(known)) - huge_zero < BLOCK_PAGES)
		changes_set(c, page, mapped(c->f->recorder->pages.zero_frame));
}

void split_end(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = work_end(e, WORK_SPLIT);
	struct page_changes changes;
	if (frame && frame->number[0] && changes_begin(&changes, f, e, frame->mm, CAUSE_OTHER)) {
		for (u64 page = frame->range.first; page < frame->range.end; page++)
			split_page(&changes, frame, page);
		changes_end(&changes);
	}
	free(frame);
}
