/* SPDX-License-Identifier: Apache-2.0 */
#include "pages.h"

#include "page_hugetlb.h"
#include "page_read.h"
#include "page_work.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGEMAP_FRAME ((1ULL << 55) - 1)

/*
 * The huge zero page comes with its first use and may go with its last; a page of our own that maps it keeps it where it is.
 * 0 when huge pages are not to be had: faults that map it later are read back.
 */
static u64 keep_huge_zero_frame(void)
{
	u64 entries[2] = {}, bytes = BLOCK_BYTES;
	char *area = mmap(NULL, 2 * bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (area == MAP_FAILED)
		return 0;
	volatile char *page = (char *)(((uintptr_t)area + bytes - 1) & -bytes);
	madvise((char *)page, bytes, MADV_HUGEPAGE);
	(void)*page;
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	ssize_t got = pread(pagemap, entries, sizeof entries, (uintptr_t)page / PAGE_BYTES * sizeof *entries);
	close(pagemap);
	u64 frame = entries[0] & PAGEMAP_FRAME;
	if (got == sizeof entries && frame && (entries[1] & PAGEMAP_FRAME) == frame + 1 && !(frame % BLOCK_PAGES))
		return frame;
	munmap(area, 2 * bytes);
	return 0;
}

void pages_calibrate(struct ftrace *f)
{
	page_model.huge_zero_frame = f->recorder->huge_zero_frame = keep_huge_zero_frame();
}

u64 pages_watch_on(u32 tid, u64 mm, u64 watched, u64 page, u64 end)
{
	struct page_run run = { watched, piece_end(page, end) };
	if (!cells_space(&page_model.cells, mm) || run.end <= watched)
		return watched;
	frames_disturb(&page_model.frames, tid, mm, run);
	cells_watch(&page_model.cells, mm, run.first, run.end, 1);
	return run.end;
}

u64 pages_watch(struct ftrace *f, const struct ftrace_event *e, u64 mm, u64 start, u64 length)
{
	struct page_run run = bytes_run(start, start + length);
	struct watched_space *space = cells_space(&page_model.cells, mm);
	if (!mm)
		return run.first;
	if (!space)
		space = cells_open_space(&page_model.cells, mm, page_read_open(f, mm, e->pid));
	space->umems++;
	return pages_watch_on(e->tid, mm, run.first, run.first, run.end);
}

bool pages_are_watched(u64 mm)
{
	return mm ? cells_space(&page_model.cells, mm) != NULL : page_model.cells.spaces.used != 0;
}

static void forget(struct ftrace *f, u64 mm)
{
	const struct table *table = &page_model.open.pages;
	struct open_page **gone = need(page_model.open.count * sizeof *gone + 1);
	size_t count = 0;
	for (size_t i = 0; table->slots && i <= table->mask; i++) {
		struct open_page *page = table->slots[i].value;
		if (page && page->mm == mm)
			gone[count++] = page;
	}
	for (size_t i = 0; i < count; i++) {
		if (!gone[i]->doubted)
			page_doubt(f, gone[i]);
		open_remove(&page_model.open, gone[i]);
	}
	free(gone);
	cells_close_space(&page_model.cells, mm);
}

void pages_unwatch(struct ftrace *f, u64 mm, u64 start, u64 watched)
{
	struct watched_space *space = cells_space(&page_model.cells, mm);
	if (!space)
		return;
	cells_watch(&page_model.cells, mm, start >> PAGE_SHIFT, watched, -1);
	if (!--space->umems)
		forget(f, mm);
}

void pages_space_end(struct ftrace *f, const struct ftrace_event *e, u64 mm)
{
	(void)e;
	if (cells_space(&page_model.cells, mm))
		forget(f, mm);
}

/*
 * What is known of a page from events is newer than what the call returned. Where nothing was known it maps what was
 * pinned: had it changed since the umem began, the page would be known, or open.
 */
static void pinned(struct page_changes *c, u64 page, u64 frame)
{
	cell known = page_known(c->space->mm, page);
	struct open_page *open = known & CELL_OPEN ? open_find(&page_model.open, c->space->mm, page) : NULL;
	state now = cell_state(known);
	if (open && open->head.tid == c->e->tid && !run_is_contended(c->e->tid, c->space->mm, (struct page_run){ page, page + 1 })) {
		hugetlb_learn(c->f, open->file, frame, open->since);
		changes_set(c, page, mapped(frame)); /* changed last by this thread, before it was pinned */
	} else if (now == STATE_UNKNOWN && !open) {
		page_learn(c->space->mm, page, mapped(frame));
	} else if (now != STATE_UNKNOWN && now != mapped(frame)) {
		changes_repeat(c, page);
	}
}

void pages_pinned(struct ftrace *f, const struct ftrace_event *e, u64 mm, u64 start, const u64 *page, u64 count, u64 umem)
{
	struct page_changes changes;
	if (!umem || !changes_begin(&changes, f, e, mm, CAUSE_PIN))
		return;
	changes.record.head.time++; /* later than what the call returned */
	for (u64 i = 0; i < count; i++)
		pinned(&changes, (start >> PAGE_SHIFT) + i, page_frame(f, page[i]));
	changes_end(&changes);
}

void pages_thread_end(struct ftrace *f, u32 tid)
{
	(void)f;
	frames_end_thread(&page_model.frames, tid);
}

void pages_lost(u64 until)
{
	if (until > page_model.lost_until)
		page_model.lost_until = until;
}

bool pages_have_been_lost(void)
{
	return page_model.lost_at || page_model.lost_until;
}

void pages_before(struct ftrace *f, u64 time)
{
	if (!page_model.lost_until || time <= page_model.lost_until)
		return;
	ftrace_threads_forget(f);
	page_forget_all(f);
}

u64 pages_idle(struct ftrace *f, u64 complete_until)
{
	pages_before(f, complete_until);
	page_read_all(f, complete_until);
	return page_read_hold(complete_until);
}
