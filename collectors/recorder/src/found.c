/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANSWERS 3
#define LOOKS_AT_ONCE 512 /* 2 MiB of records at most */
#define READ_ONLY_PINS (6 << 8 | 2) /* from here on a umem that is not writable is pinned without write access */
#define ACCESS_LOCAL_WRITE 1
#define ACCESS_ON_DEMAND 0x40
#define IS_WRITABLE 1 /* bits of ib_umem */
#define IS_ODP 2

void found_open(struct found *found, const struct kernel *kernel, const struct settings *settings,
		bool (*fetch)(u64 address, void *bytes, u32 count))
{
	s32 list = kernel_offset(kernel, "ib_umem", "sgt_append");
	s32 ops = kernel_offset(kernel, "ib_device", "ops"), id = kernel_offset(kernel, "ib_device_ops", "driver_id");
	s32 access = kernel_offset(kernel, "rxe_mr", "access");
	*found = (struct found){
		.kernel = kernel,
		.settings = *settings,
		.umem_list = list >= 0 ? list : kernel_offset(kernel, "ib_umem", "sg_head"),
		.sg_length = kernel_offset(kernel, "scatterlist", "length"),
		.sg_bytes = kernel_size(kernel, "scatterlist"),
		.driver_id = ops >= 0 && id >= 0 ? ops + id : -1,
		.rxe_driver = kernel_enumerator(kernel, "RDMA_DRIVER_RXE", 15),
		.rxe_access = access < 0 ? -1 : access - kernel_offset(kernel, "rxe_mr", "ibmr"),
		.fetch = fetch,
	};
	found_begin(found);
}

void found_begin(struct found *found)
{
	found->walking = true;
}

static void drop(struct found_region *region)
{
	free(region->runs);
	free(region);
}

static struct found_region **pending_at(struct found *found, u64 mr)
{
	struct found_region **at = &found->pending;
	while (*at && (*at)->record.mr != mr)
		at = &(*at)->next;
	return at;
}

void found_take(struct recorder *r, const struct record *record)
{
	const struct found_record *taken = (const void *)record;
	struct found *found = &r->found;
	struct found_region **at = pending_at(found, taken->mr);
	if (regions_by_mr(&r->regions, taken->mr) || *at || table_get(&found->leaving_mrs, taken->mr, 0) ||
	    (taken->umem && table_get(&found->gone_umems, taken->umem, 0)))
		return;
	struct found_region *region = need_zero(sizeof *region);
	region->record = *taken;
	*at = region;
}

void found_released(struct recorder *r, u64 umem)
{
	struct found *found = &r->found;
	for (struct found_region **at = &found->pending, *region; (region = *at);) {
		if (region->record.umem == umem) {
			*at = region->next;
			drop(region);
		} else {
			at = &region->next;
		}
	}
	/* 5.10 does not make a release wait for who is told of the region: the record of it may come after. */
	if (found->walking && umem)
		table_put(&found->gone_umems, umem, 0, found);
}

void found_is_new(struct recorder *r, u64 umem)
{
	table_remove(&r->found.gone_umems, umem, 0);
}

void found_leaves(struct recorder *r, u64 mr, u32 tid)
{
	struct found *found = &r->found;
	struct found_region **at = pending_at(found, mr), *region = *at;
	if (region)
		region->leaving = tid;
	if (region && !r->dereg_end_is_seen) {
		*at = region->next;
		drop(region);
	}
	if (found->walking)
		table_put(&found->leaving_mrs, mr, 0, (void *)(uintptr_t)tid);
}

void found_left(struct recorder *r, u32 tid, bool failed)
{
	struct found *found = &r->found;
	for (struct found_region **at = &found->pending, *region; (region = *at);) {
		if (region->leaving != tid) {
			at = &region->next;
		} else if (failed) {
			region->leaving = 0;
			at = &region->next;
		} else {
			*at = region->next;
			drop(region);
		}
	}
	struct table *leaving = &found->leaving_mrs;
	for (size_t i = 0; failed && leaving->slots && i <= leaving->mask; i++)
		if (leaving->slots[i].value == (void *)(uintptr_t)tid) {
			table_remove(leaving, leaving->slots[i].high, 0);
			break;
		}
}

void found_device(struct recorder *r, const struct device_record *device)
{
	struct found *found = &r->found;
	u32 driver;
	if (found->driver_id < 0 || found->driver_id + sizeof driver > sizeof device->bytes)
		return;
	memcpy(&driver, device->bytes + found->driver_id, sizeof driver);
	if (driver == found->rxe_driver)
		table_put(&found->rxe_devices, device->device, 0, found);
}

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

static void look_later(struct look **looks, u64 umem)
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
	shadow_cover(&r->shadow, region->space->asid, first, end);
	shadow_forget(&r->shadow, region->space->asid, first, end);
	if (found->run_count)
		write_pins(r, found, umem, head);
	ptl_umem_end(r->out, head->time, head->pid, head->tid, umem->id, 0);
	if (record->mm_users)
		look_later(&r->found.looks, umem->kernel_id);
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

static void write_region(struct recorder *r, const struct found_region *found, u64 time)
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
			   METHOD_VERB | METHOD_FOUND | (addressed ? 0 : METHOD_NO_ADDRESS), region->device, region->start,
			   region->length, region->iova, region->access);
	if (addressed && !(region->access & ACCESS_ON_DEMAND))
		write_umem(r, found, region, &head);
	ptl_register_end(r->out, time, head.pid, head.tid, region->id, 0, region->lkey, region->rkey);
	if (addressed && !record->mm_users && !region->space->ended) {
		ptl_space_end(r->out, time, head.pid, head.tid, region->space->asid, 0);
		spaces_end(&r->spaces, region->space);
	}
}

static void read_pages(struct recorder *r, struct found_region *region)
{
	const struct settings *at = &r->found.settings;
	u64 start = umem_word(region, at->umem_address), length = umem_word(region, at->umem_length);
	u64 pages = ((start + length + PAGE_BYTES - 1) >> PAGE_SHIFT) - (start >> PAGE_SHIFT);
	if (region->record.umem && !(umem_flags(region, &r->found) & IS_ODP) && !found_read_pages(r, region, pages))
		warn("the pages of a memory region at 0x%llx cannot be found out; it is listed without them",
		     (unsigned long long)start);
	region->read_at = now_ns();
}

static void go_on_reading(struct recorder *r, u64 time)
{
	for (struct found_region **at = &r->found.pending, *region; (region = *at);) {
		if (region->read_at && region->read_at < time && !region->leaving) {
			*at = region->next;
			write_region(r, region, time);
			drop(region);
			continue;
		}
		if (!region->read_at)
			read_pages(r, region);
		at = &region->next;
	}
}

static void go_on_looking(struct recorder *r)
{
	struct look *look;
	for (int blocks = 0; (look = r->found.looks);) {
		struct umem *umem = umems_opened(&r->regions, look->umem);
		u64 end = umem ? (umem->start + umem->length + PAGE_BYTES - 1) >> PAGE_SHIFT : 0;
		if (umem && !look->page)
			look->page = umem->start >> PAGE_SHIFT;
		for (; umem && !umem->space->ended && look->page < end; look->page = (look->page | (BLOCK_PAGES - 1)) + 1) {
			if (blocks++ == LOOKS_AT_ONCE)
				return;
			r->sweep(umem->space->mm, look->page << PAGE_SHIFT, CAUSE_OTHER);
		}
		r->found.looks = look->next;
		if (r->found.answers < ANSWERS && umem)
			look_later(&r->found.looked, look->umem);
		free(look);
	}
}

static bool idle(const struct found *found)
{
	return !found->pending && !found->looks;
}

static void look_again(struct found *found)
{
	found->looks = found->looked;
	found->looked = NULL;
}

static void end_walk(struct found *found)
{
	found->walking = false;
	free(found->gone_umems.slots);
	free(found->leaving_mrs.slots);
	free(found->now.regions);
	free(found->before.regions);
	found->gone_umems = found->leaving_mrs = (struct table){};
	found->now = found->before = (struct listing){};
}

static void ask(struct recorder *r, void (*drain)(void *ctx), void *ctx)
{
	struct found *found = &r->found;
	found->asking = true;
	found_ask(r, drain, ctx);
	found->asking = false;
	found->compared = false;
	found->answers++;
	found->asked_at = now_ns();
}

/* Three answers, the last one a second after the second. */
static void walk(struct recorder *r, u64 time, void (*drain)(void *ctx), void *ctx)
{
	struct found *found = &r->found;
	if (found->answers && !found->compared) {
		if (time <= found->asked_at || !idle(found))
			return;
		found_compare(r, time);
		found->compared = true;
	}
	if (found->answers < 2 || (found->answers == 2 && now_ns() - found->asked_at > NS_PER_S)) {
		ask(r, drain, ctx);
	} else if (found->answers == ANSWERS) {
		if (found->looked)
			look_again(found);
		found->answers++;
	} else if (found->answers > ANSWERS && idle(found)) {
		end_walk(found);
	}
}

void found_go_on(struct recorder *r, u64 time, void (*drain)(void *ctx), void *ctx)
{
	go_on_reading(r, time);
	go_on_looking(r);
	if (r->found.walking && !r->found.asking)
		walk(r, time, drain, ctx);
}

bool found_settled(const struct recorder *r)
{
	const struct found *found = &r->found;
	return !found->walking || (found->answers >= 2 && found->compared && idle(found));
}
