/* SPDX-License-Identifier: Apache-2.0 */
#include "ptl_batch.h"

#include <string.h>

enum { SNAPSHOT = 7, PIN_PAGES = 31, UNPIN = 33, MAP = 41, BEFORE = 51 };

static void start(struct ptl_writer *w, uint8_t kind, uint64_t time, int32_t pid, int32_t tid, uint64_t owner,
		  uint64_t page)
{
	struct ptl_runs *r = &w->runs;

	r->kind = kind;
	r->time = time;
	r->pid = pid;
	r->tid = tid;
	r->owner = owner;
	r->page = page;
	r->cause = 0;
	r->call = 0;
	r->pages = r->count = r->run_pages = r->used = 0;
}

void ptl_snapshot_runs(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint32_t asid, uint64_t page)
{
	start(w, SNAPSHOT, time, pid, tid, asid, page);
}

void ptl_pin_pages_runs(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint64_t pin, uint64_t page)
{
	start(w, PIN_PAGES, time, pid, tid, pin, page);
}

void ptl_unpin_runs(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid)
{
	start(w, UNPIN, time, pid, tid, 0, 0);
}

void ptl_map_runs(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint32_t asid, uint8_t cause,
		  uint64_t call, uint64_t page)
{
	start(w, MAP, time, pid, tid, asid, page);
	w->runs.cause = cause;
	w->runs.call = call;
}

void ptl_before_runs(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint64_t umem, uint8_t entry,
		     uint64_t page)
{
	start(w, BEFORE, time, pid, tid, umem, page);
	w->runs.cause = entry;
}

static void write_event(struct ptl_writer *w)
{
	struct ptl_runs *r = &w->runs;

	if (!r->count)
		return;
	ptl_begin(w, r->kind, r->time, r->pid, r->tid);
	if (r->kind != UNPIN)
		ptl_u(w, r->owner);
	if (r->kind == MAP) {
		ptl_byte(w, r->cause);
		ptl_u(w, r->call);
	}
	if (r->kind == BEFORE)
		ptl_byte(w, r->cause);
	ptl_u(w, r->page);
	ptl_u(w, r->count);
	memcpy(w->to, r->bytes, r->used);
	w->to += r->used;
	ptl_end(w);
	if (r->kind != UNPIN)
		r->page += r->pages;
	r->pages = r->count = r->used = 0;
}

static void put_run(struct ptl_writer *w)
{
	struct ptl_runs *r = &w->runs;
	uint8_t *to = r->bytes + r->used;

	if (!r->run_pages)
		return;
	to = put_varint(to, r->run_pages << 2 | r->run_shape);
	if (r->run_shape <= PTL_SAME) {
		to = put_varint(to, r->run_pfn);
		*to++ = r->run_kind;
	}
	r->used = (size_t)(to - r->bytes);
	r->pages += r->run_pages;
	r->count++;
	r->run_pages = 0;
	if (r->used >= PTL_RUNS_MAX)
		write_event(w);
}

/* True when the run before has been made longer by this one. A single page is consecutive and same at once. */
static int joined(struct ptl_runs *r, uint64_t pages, uint8_t shape, uint64_t pfn, uint8_t kind)
{
	if (!r->run_pages)
		return 0;
	if (shape >= PTL_NONE || r->run_shape >= PTL_NONE) {
		if (shape != r->run_shape)
			return 0;
	} else if (kind != r->run_kind) {
		return 0;
	} else if ((r->run_shape == PTL_CONSECUTIVE || r->run_pages == 1) && (shape == PTL_CONSECUTIVE || pages == 1) &&
		   pfn == r->run_pfn + r->run_pages) {
		r->run_shape = PTL_CONSECUTIVE;
	} else if ((r->run_shape == PTL_SAME || r->run_pages == 1) && (shape == PTL_SAME || pages == 1) &&
		   pfn == r->run_pfn) {
		r->run_shape = PTL_SAME;
	} else {
		return 0;
	}
	r->run_pages += pages;
	return 1;
}

void ptl_run(struct ptl_writer *w, uint64_t pages, enum ptl_shape shape, uint64_t pfn, uint8_t page_kind)
{
	struct ptl_runs *r = &w->runs;

	if (!pages || joined(r, pages, (uint8_t)shape, pfn, page_kind))
		return;
	put_run(w);
	r->run_pages = pages;
	r->run_shape = (uint8_t)shape;
	r->run_pfn = pfn;
	r->run_kind = page_kind;
}

void ptl_end_runs(struct ptl_writer *w)
{
	put_run(w);
	write_event(w);
}
