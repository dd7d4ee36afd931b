/* SPDX-License-Identifier: Apache-2.0 */
/* A region that was found, as events: what the words of its structures say, its pins, and its address space. */
#include "recorder.h"

#include <string.h>
#include <unistd.h>

#define READ_ONLY_PINS (6 << 8 | 2) /* from here on a umem that is not writable is pinned without write access */
#define ACCESS_LOCAL_WRITE 1
#define ACCESS_ON_DEMAND 0x40
#define IS_WRITABLE 1 /* bits of ib_umem */
#define IS_ODP 2

static u64 mr_word(const struct found_region *region, s32 offset)
{
	return offset < 0 || offset / 8 >= FOUND_MR_WORDS ? 0 : region->record.mr_words[offset / 8];
}

static u32 mr_half(const struct found_region *region, s32 offset)
{
	return mr_word(region, offset) >> offset % 8 * 8;
}

static u64 umem_word(const struct found_region *region, s32 offset)
{
	return offset < 0 || offset / 8 >= FOUND_UMEM_WORDS ? 0 : region->record.umem_words[offset / 8];
}

static u32 umem_flags(const struct found_region *region, const struct found *found)
{
	return umem_word(region, found->settings.umem_flags) >> found->settings.umem_flags % 8 * 8;
}

/*
 * The IB_ACCESS_* of rxe's own structure. 5.10, without types: there the umem's address is followed by the state, the
 * start, the iova, the length, and the offset with the access flags (struct rxe_mem in rxe_verbs.h).
 */
static bool rxe_access(const struct found_region *region, const struct found *found, u32 *access)
{
	const u64 *words = region->record.mr_words;
	u64 device = mr_word(region, found->settings.mr_device);
	if (found->rxe_access >= 0 && table_get(&found->rxe_devices, device, 0)) {
		*access = mr_half(region, found->rxe_access);
		return true;
	}
	for (int i = 0; found->driver_id < 0 && i + 5 < FOUND_MR_WORDS; i++) {
		if (words[i] == region->record.umem && words[i + 2] == umem_word(region, found->settings.umem_address) &&
		    words[i + 4] == umem_word(region, found->settings.umem_length)) {
			*access = words[i + 5] >> 32;
			return true;
		}
	}
	return false;
}

static bool is_of_rxe(const struct found_region *region, const struct found *found)
{
	u32 access;
	return rxe_access(region, found, &access);
}

/* As far as it is known: whether the device may write, and of rxe all flags. */
static u32 access_of(const struct found_region *region, const struct found *found)
{
	u32 access = 0;
	if (!region->record.umem || rxe_access(region, found, &access))
		return access;
	u32 flags = umem_flags(region, found);
	return (flags & IS_WRITABLE ? ACCESS_LOCAL_WRITE : 0) | (flags & IS_ODP ? ACCESS_ON_DEMAND : 0);
}

static u32 pin_flags(const struct found_region *region, const struct found *found)
{
	u32 flags = FLAG_LONGTERM | FLAG_PIN;
	bool writable = umem_flags(region, found) & IS_WRITABLE;
	if (writable || found->kernel->version < READ_ONLY_PINS)
		flags |= FLAG_WRITE;
	return writable || found->kernel->version >= READ_ONLY_PINS ? flags : flags | FLAG_FORCE;
}

u64 found_pinned_pages(const struct found *found, const struct found_region *region, u64 *start)
{
	u64 length = umem_word(region, found->settings.umem_length);
	*start = umem_word(region, found->settings.umem_address);
	if (!region->record.umem || (umem_flags(region, found) & IS_ODP))
		return 0;
	return ((*start + length + PAGE_BYTES - 1) >> PAGE_SHIFT) - (*start >> PAGE_SHIFT);
}

static void write_pins(struct recorder *r, const struct found_region *region, struct umem *umem, const struct record *head)
{
	u64 first = umem->start >> PAGE_SHIFT;
	u64 pages = ((umem->start + umem->length + PAGE_BYTES - 1) >> PAGE_SHIFT) - first;
	u64 pin = ++r->last_pin;
	ptl_pin_begin(r->out, head->time, head->pid, head->tid, pin, umem->id, umem->space->asid, CALLER_UMEM, 1, first,
		      pages, pin_flags(region, &r->found), 0);
	pages_forget(&r->pages);
	ptl_pin_pages_runs(r->out, head->time, head->pid, head->tid, pin, first);
	for (size_t i = 0; i < region->run_count; i++)
		for (u64 page = 0; page < region->runs[i].pages; page++)
			put_page(r, mapped(region->runs[i].frame + page));
	ptl_end_runs(r->out);
	ptl_pin_end(r->out, head->time, head->pid, head->tid, pin, pages);
}

void found_look_later(struct look **looks, u64 umem)
{
	struct look *look = need_zero(sizeof *look);
	*look = (struct look){ *looks, umem, 0 };
	*looks = look;
}

/* Its umem, which may have been seen coming although its registration was not. */
static void write_umem(struct recorder *r, const struct found_region *found, struct region *region,
		       const struct record *head)
{
	const struct found_record *record = &found->record;
	struct umem *other = umems_find(&r->regions, record->umem, region->space, region->start, region->length, NULL);
	if (other && other->pointer == record->umem)
		umem_ended(r, other, head);
	struct umem *umem = umems_open(&r->regions, record->umem, region, region->space, region->start, region->length);
	u64 first = umem->start >> PAGE_SHIFT, end = (umem->start + umem->length + PAGE_BYTES - 1) >> PAGE_SHIFT;
	umem->pointer = record->umem;
	spaces_hold(region->space);
	ptl_umem_begin(r->out, head->time, head->pid, head->tid, umem->id, region->id, region->space->asid, umem->start,
		       umem->length, region->access);
	umem_cover(r, umem, end);
	shadow_forget(&r->shadow, region->space->asid, first, end);
	if (found->run_count)
		write_pins(r, found, umem, head);
	ptl_umem_end(r->out, head->time, head->pid, head->tid, umem->id, 0);
	if (record->mm_users)
		found_look_later(&r->found.looks, umem->kernel_id);
}

/* Who it belongs to: the process of its address space, else who registered it, as the kernel's list has it. */
static u32 owner_of(const struct recorder *r, const struct found_region *region, const struct region *known, char comm[16])
{
	const struct found_record *record = &region->record;
	if (record->owner) {
		memcpy(comm, record->comm, sizeof record->comm);
		return record->owner;
	}
	for (size_t i = 0; i < r->found.now.count; i++) {
		const struct listed *listed = &r->found.now.regions[i];
		if (listed->mr.lkey == known->lkey && listed->mr.rkey == known->rkey && listed->mr.length == known->length &&
		    !strcmp(listed->device, known->device))
			return process_of(listed->mr.tid, comm);
	}
	return record->head.pid == (u32)getpid() ? 0 : record->head.pid;
}

void found_write(struct recorder *r, const struct found_region *found, u64 time)
{
	const struct found_record *record = &found->record;
	const struct settings *at = &r->found.settings;
	struct record head = { .time = time, .mm = record->head.mm };
	char comm[16] = "";
	struct region *region = regions_found(&r->regions, record->mr, NULL);
	bool addressed = record->umem && record->head.mm;
	region->length = mr_word(found, at->mr_length);
	region->iova = mr_word(found, at->mr_iova);
	region->access = access_of(found, &r->found);
	regions_have_keys(&r->regions, region, device_name(r, mr_word(found, at->mr_device)), mr_half(found, at->mr_lkey),
			  mr_half(found, at->mr_rkey));
	head.pid = head.tid = owner_of(r, found, region, comm);
	if (addressed) {
		region->start = umem_word(found, at->umem_address);
		region->space = space_of(r, &head, comm);
	} else if (*comm) {
		ptl_thread(r->out, time, head.pid, head.tid, comm);
	}
	ptl_register_begin(r->out, time, head.pid, head.tid, region->id, addressed ? region->space->asid : 0,
			   METHOD_VERB | METHOD_FOUND | (addressed ? 0 : METHOD_NO_ADDRESS) |
				   (is_of_rxe(found, &r->found) && r->accesses_are_seen ? 0 : METHOD_NO_ACCESSES),
			   region->device, region->start, region->length, region->iova, region->access);
	if (addressed && !(region->access & ACCESS_ON_DEMAND))
		write_umem(r, found, region, &head);
	ptl_register_end(r->out, time, head.pid, head.tid, region->id, 0, region->lkey, region->rkey);
	if (addressed && !record->mm_users && !region->space->ended) {
		ptl_space_end(r->out, time, head.pid, head.tid, region->space->asid, 0);
		spaces_end(&r->spaces, region->space);
	}
}
