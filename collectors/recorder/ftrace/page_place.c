/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages that are mapped. The functions of the reverse map are given page, area and address right before the entry is set,
 * under the page table's lock, and it is always set then: do_anonymous_page, wp_page_copy, do_swap_page, replace_page and
 * collapse_huge_page all end there for anonymous pages. File pages have one function that sets the entry, and where that
 * may still turn back, the reverse map's function of files, which has no address, says that it did not.
 */
#include "page_work.h"

#include <stdlib.h>

#define ANON (CELL_KIND_KNOWN | CELL_ANON)
#define FILE_PAGE CELL_KIND_KNOWN
#define RMAP_COMPOUND 2

static u64 folio_pages(const struct ftrace *f, u64 flags, u64 order)
{
	return flags >> ftrace_constant(f, "pg_head") & 1 ? 1ULL << (order & 31) : 1;
}

/* mm page address huge: page_add_new_anon_rmap() until 5.18 */
void place_anon_huge(struct ftrace *f, const struct ftrace_event *e)
{
	place_pages(f, e, e->value[0], e->value[1], e->value[2], e->value[3] & 1 ? BLOCK_PAGES : 1, ANON);
}

/* mm page address flags: pages that are anonymous already, from swap or migration */
void place_anon_flags(struct ftrace *f, const struct ftrace_event *e)
{
	place_pages(f, e, e->value[0], e->value[1], e->value[2], e->value[3] & RMAP_COMPOUND ? BLOCK_PAGES : 1, ANON);
}

/* mm folio address flags order: all of a new folio, of whatever size */
void place_anon_folio(struct ftrace *f, const struct ftrace_event *e)
{
	place_pages(f, e, e->value[0], e->value[1], e->value[2], folio_pages(f, e->value[3], e->value[4]), ANON);
}

/* mm page address count */
void place_anon_run(struct ftrace *f, const struct ftrace_event *e)
{
	place_pages(f, e, e->value[0], e->value[1], e->value[2], (u32)e->value[3], ANON);
}

/* mm page address: a huge page of the page middle directory */
void place_anon_pmd(struct ftrace *f, const struct ftrace_event *e)
{
	place_pages(f, e, e->value[0], e->value[1], e->value[2], BLOCK_PAGES, ANON);
}

/* mm page address count: do_set_pte(), set_pte_range(). A private copy is told of as such right after. */
void place_file(struct ftrace *f, const struct ftrace_event *e)
{
	place_pages(f, e, e->value[0], e->value[1], e->value[2], e->values > 3 ? (u32)e->value[3] : 1, FILE_PAGE);
}

/* mm page address: alloc_set_pte(), do_set_pmd(), which may turn back */
void place_begin(struct ftrace *f, const struct ftrace_event *e)
{
	(void)f;
	struct page_frame *before = frames_top(&page_model.frames, e->tid);
	if (before && before->work == WORK_PLACE)
		free(work_end(e, WORK_PLACE));
	struct page_frame *frame = work_begin(e, WORK_PLACE, e->value[0], block_run(e->value[2]), (struct page_run){ 0, 0 });
	frame->number[0] = e->value[1];
	frame->number[1] = e->value[2];
}

/* page huge: the reverse map of a file's page */
void place_file_done(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = frames_top(&page_model.frames, e->tid);
	u64 page = e->value[0];
	bool huge = e->value[1] & 1;
	if (frame && frame->work == WORK_FILL)
		frame->number[0]++; /* shared memory, at an address that is not told */
	if (!frame || frame->work != WORK_PLACE)
		return;
	u64 mask = huge ? ~(BLOCK_PAGES - 1ULL) : ~0ULL;
	if ((page_frame(f, page) ^ page_frame(f, frame->number[0])) & mask)
		return;
	u64 mm = frame->mm, address = frame->number[1];
	free(work_end(e, WORK_PLACE));
	if (huge)
		place_pages(f, e, mm, page, address / BLOCK_BYTES * BLOCK_BYTES, BLOCK_PAGES, FILE_PAGE);
	else
		place_pages(f, e, mm, page, address, 1, FILE_PAGE);
}

/* mm address page: userfaultfd puts a page in place, if there is none */
void install_begin(struct ftrace *f, const struct ftrace_event *e)
{
	(void)f;
	struct page_frame *frame = work_begin(e, WORK_INSTALL, e->value[0], bytes_run(e->value[1], e->value[1] + 1),
					      (struct page_run){ 0, 0 });
	frame->number[0] = e->value[2];
}

/* result */
void install_end(struct ftrace *f, const struct ftrace_event *e)
{
	struct page_frame *frame = work_end(e, WORK_INSTALL);
	if (frame && !(s32)e->value[0] && !frame_has_placed(frame, frame->range.first))
		place_pages(f, e, frame->mm, frame->number[0], frame->range.first << PAGE_SHIFT, 1, FILE_PAGE);
	free(frame);
}
