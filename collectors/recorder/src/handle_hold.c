/* SPDX-License-Identifier: Apache-2.0 */
/* What io_uring, vfio and others hold, told as regions. */
#include "callers.h"
#include "recorder.h"

#include <stdint.h>

#define FOLIO_PAGES 512 /* of a folio that is given back some page is the pinned one; larger ones are hugetlb's of 1 GiB */

static u8 holder_of(struct recorder *r, const struct hold_record *record)
{
	switch (record->method) {
	case PTL_METHOD_IO_URING:
		return CALLER_IO_URING;
	case PTL_METHOD_VFIO:
		return CALLER_VFIO;
	case PTL_METHOD_VMSPLICE:
		return CALLER_VMSPLICE;
	default:
		return caller_for_long(&r->kernel, record->stack);
	}
}

/* What stands for the device: the subsystem, or the function that pinned. */
static const char *holder_name(struct recorder *r, const struct hold_record *record, u8 caller)
{
	switch (caller) {
	case CALLER_IO_URING:
		return "io_uring";
	case CALLER_VFIO:
		return "vfio";
	case CALLER_VMSPLICE:
		return "vmsplice";
	case CALLER_XDP:
		return "xdp";
	default:
		return caller_function(&r->kernel, record->stack);
	}
}

/* io_uring also pins rings and provided buffers: only its fixed buffers have method 3. */
static u32 method_of(const struct hold_record *record, u8 caller)
{
	if (record->method != PTL_METHOD_OTHER_PIN)
		return record->method;
	return caller == CALLER_VFIO ? PTL_METHOD_VFIO : caller == CALLER_XDP ? PTL_METHOD_XDP : PTL_METHOD_OTHER_PIN;
}

static void begin(struct recorder *r, const struct hold_record *record)
{
	const struct record *head = &record->head;
	struct space *space = space_of(r, head, record->comm);
	struct region *region = regions_open(&r->regions, record->hold, space);
	u8 caller = holder_of(r, record);
	region->start = record->start;
	region->length = record->length;
	region->iova = record->iova;
	region->access = record->access;
	region->begun = true;
	ptl_register_begin(r->out, head->time, head->pid, head->tid, region->id, space->asid, method_of(record, caller),
			   holder_name(r, record, caller), record->start, record->length, record->iova, record->access);
	struct umem *umem = umems_open(&r->regions, record->hold, region, space, record->start, record->length);
	umem->pointer = record->hold; /* never that of an ib_umem */
	ptl_umem_begin(r->out, head->time, head->pid, head->tid, umem->id, region->id, space->asid, record->start,
		       record->length, record->access);
	umem_cover(r, umem, umem->start >> PAGE_SHIFT);
	holds_open(&r->holds, record->hold, record->identity, umem, caller,
		   record->method == PTL_METHOD_OTHER_PIN || record->method == PTL_METHOD_VMSPLICE);
}

/* Takes it out of everything. Its address space need not be held for it: it is never looked up by that. */
static void close_hold(struct recorder *r, struct hold *hold)
{
	struct umem *umem = hold->umem;
	umem_uncover(r, umem);
	umems_close(&r->regions, umem);
	holds_close(&r->holds, hold);
}

static void release(struct recorder *r, const struct record *head, struct hold *hold)
{
	struct region *region = hold->umem->region;
	ptl_umem_release(r->out, head->time, head->pid, head->tid, hold->umem->id);
	ptl_deregister(r->out, head->time, head->pid, head->tid, region->id, 0);
	if (hold->is_pin)
		r->forget(hold->umem->space->mm, hold->umem->start, hold->umem->length);
	regions_forget(&r->regions, region);
	close_hold(r, hold);
}

static void end(struct recorder *r, const struct hold_record *record)
{
	const struct record *head = &record->head;
	struct hold *hold = holds_opened(&r->holds, record->hold);
	if (!hold)
		return;
	struct region *region = hold->umem->region;
	ptl_umem_end(r->out, head->time, head->pid, head->tid, hold->umem->id, record->error);
	ptl_register_end(r->out, head->time, head->pid, head->tid, region->id, record->error, 0, 0);
	regions_registered(&r->regions, region, record->error ? 0 : record->hold);
	if (record->error) {
		close_hold(r, hold);
		return;
	}
	umem_cover(r, hold->umem, pages_end(hold->umem->start, hold->umem->length));
	bool released = hold->released;
	holds_opened_end(&r->holds, hold, record->identity);
	if (released)
		release(r, head, hold);
}

void handle_hold(struct recorder *r, const struct record *record)
{
	const struct hold_record *of = (const void *)record;
	if (record->kind == RECORD_HOLD_BEGIN) {
		begin(r, of);
	} else if (record->kind == RECORD_HOLD_END) {
		end(r, of);
	} else {
		struct hold *hold = holds_find(&r->holds, of->identity);
		if (hold && hold->ended)
			release(r, record, hold);
		else if (hold)
			hold->released = true;
	}
}

static void returned(struct recorder *r, const struct record *head, u64 frame, u8 caller)
{
	struct hold *hold = holds_returned(&r->holds, frame, caller);
	if (hold)
		release(r, head, hold);
}

static u64 frame_at(const struct recorder *r, u64 page)
{
	return (page - r->layout.vmemmap_base) / r->struct_page_bytes;
}

void handle_returned_list(struct recorder *r, const struct pin_pages_record *record)
{
	u8 caller = (uintptr_t)table_get(&r->unpins, record->pin, 0);
	for (u64 i = 0; caller && i < record->count; i++)
		returned(r, &record->head, frame_at(r, record->page[i]), caller);
}

void handle_unpin(struct recorder *r, const struct record *record)
{
	const struct unpin_record *unpin = (const void *)record;
	if (record->kind == RECORD_UNPIN_END) {
		table_remove(&r->unpins, unpin->unpin, 0);
		return;
	}
	u8 of = caller_of(&r->kernel, unpin->stack);
	/* These pin for a moment only, or say by themselves when they end. */
	if (unpin->shape != UNPIN_PIPE && (of == CALLER_UMEM || of == CALLER_DIRECT_IO || of == CALLER_PROCESS_VM))
		return;
	u8 caller = unpin->shape == UNPIN_PIPE ? CALLER_VMSPLICE : caller_for_long(&r->kernel, unpin->stack);
	if (unpin->shape == UNPIN_LIST) {
		table_put(&r->unpins, unpin->unpin, 0, (void *)(uintptr_t)caller);
		return;
	}
	u64 pages = unpin->shape == UNPIN_FOLIO ? FOLIO_PAGES : unpin->pages;
	for (u64 i = 0; i < pages; i++)
		returned(r, record, frame_at(r, unpin->page) + i, caller);
}
