/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of the get_user_pages family, and what the device does with the pages. */
#include "callers.h"
#include "recorder.h"

#include <stdlib.h>
#include <string.h>

/* By the api numbers of bpf/pin.h. */
static const struct {
	u8 api;
	u32 flags;
} apis[] = {
	[1] = { 1, FLAG_PIN }, [2] = { 2, FLAG_PIN }, [3] = { 3, FLAG_PIN | FLAG_REMOTE }, [4] = { 4, FLAG_GET },
	[5] = { 5, FLAG_GET }, [6] = { 6, FLAG_GET | FLAG_REMOTE }, [7] = { 7, FLAG_PIN }, [8] = { 8, FLAG_GET },
	[9] = { 1, FLAG_PIN | FLAG_FAST }, [10] = { 4, FLAG_GET | FLAG_FAST }, [11] = { 3, FLAG_REMOTE },
	[12] = { 0, FLAG_PIN }, [13] = { 0, FLAG_GET },
};

static u8 caller_of_pin(struct recorder *r, const struct pin_record *record, const struct hold *hold)
{
	if (hold)
		return hold->caller;
	return record->umem ? CALLER_UMEM : caller_of(&r->kernel, record->stack);
}

static u32 normal_flags(struct recorder *r, const struct pin_record *record)
{
	u32 flags = apis[record->api].flags;
	u32 raw = record->flags;
	flags |= raw & r->foll_write ? FLAG_WRITE : 0;
	flags |= raw & r->foll_force ? FLAG_FORCE : 0;
	flags |= raw & r->foll_longterm ? FLAG_LONGTERM : 0;
	flags |= raw & r->foll_fast_only ? FLAG_FAST : 0;
	if (record->api == 11)
		flags |= raw & r->foll_pin ? FLAG_PIN : FLAG_GET;
	return flags;
}

static void pin_begin(struct recorder *r, const struct pin_record *record)
{
	const struct record *head = &record->head;
	struct umem *umem = umems_opened(&r->regions, record->umem);
	struct pin *pin = need_zero(sizeof *pin);
	struct hold *hold = holds_opened(&r->holds, record->umem);
	*pin = (struct pin){ ++r->last_pin, record->pin, space_of(r, head, ""), umem != NULL,
			     hold && hold->is_pin ? hold : NULL };
	table_put(&r->pins, record->pin, 0, pin);
	if (umem)
		umem_cover(r, umem, (record->start >> PAGE_SHIFT) + record->pages);
	ptl_pin_begin(r->out, head->time, head->pid, head->tid, pin->id, umem ? umem->id : 0, pin->space->asid,
		      caller_of_pin(r, record, hold), apis[record->api].api, record->start >> PAGE_SHIFT, record->pages,
		      normal_flags(r, record), record->flags);
}

static void pin_end(struct recorder *r, const struct record *head, u64 number, s64 result)
{
	struct pin *ended = table_remove(&r->pins, number, 0);
	if (ended)
		ptl_pin_end(r->out, head->time, head->pid, head->tid, ended->id, result);
	free(ended);
}

static void pin_pages(struct recorder *r, const struct pin *pin, const struct pin_pages_record *record)
{
	const struct record *head = &record->head;
	u64 first = record->start >> PAGE_SHIFT;
	ptl_pin_pages_runs(r->out, head->time, head->pid, head->tid, pin->id, first);
	for (u64 i = 0; i < record->count; i++) {
		u64 frame = (record->page[i] - r->layout.vmemmap_base) / r->struct_page_bytes;
		state s = mapped(frame);
		struct block *block =
			pin->of_umem ? shadow_block(&r->shadow, pin->space->asid, (first + i) / BLOCK_PAGES) : NULL;
		put_page(r, s);
		if (pin->hold)
			holds_add_frame(&r->holds, pin->hold, frame);
		if (block && block_covers(block, (first + i) % BLOCK_PAGES))
			block_set(block, (first + i) % BLOCK_PAGES, s);
	}
	ptl_end_runs(r->out);
}

static void chunk(struct recorder *r, const struct pin_pages_record *record)
{
	const struct pin *pin = table_get(&r->pins, record->pin, 0);
	if (!pin)
		handle_returned_list(r, record);
	else if (record->count)
		pin_pages(r, pin, record);
	if (record->result)
		pin_end(r, &record->head, record->pin, record->result);
}

void handle_pin(struct recorder *r, const struct record *record)
{
	const struct pin_record *pin = (const void *)record;
	if (record->kind == RECORD_PIN_BEGIN) {
		pin_begin(r, pin);
	} else if (record->kind == RECORD_PIN_PAGES) {
		chunk(r, (const void *)record);
	} else {
		pin_end(r, record, pin->pin, pin->result);
	}
}

void flush_accesses(struct recorder *r)
{
	for (int i = 0; i < r->access_runs; i++) {
		const struct access_run *run = &r->accesses[i];
		ptl_access(r->out, run->time, run->pid, run->tid, run->region, run->iova, run->length, run->direction);
	}
	r->access_runs = 0;
}

void handle_access(struct recorder *r, const struct record *record)
{
	const struct access_record *access = (const void *)record;
	struct region *region = regions_by_driver(&r->regions, access->mr, access->iova);
	if (!region)
		return;
	for (int i = 0; i < r->access_runs; i++) {
		struct access_run *run = &r->accesses[i];
		if (run->region == region->id && run->direction == access->writes &&
		    run->iova + run->length == access->iova && run->tid == record->tid) {
			run->length += access->length;
			return;
		}
	}
	if (r->access_runs == ACCESS_RUNS)
		flush_accesses(r);
	r->accesses[r->access_runs++] = (struct access_run){ region->id,  access->iova, access->length,
							     record->time, record->pid,  record->tid, access->writes };
}
