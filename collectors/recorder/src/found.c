/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder.h"

#include <stdlib.h>
#include <string.h>

#define ANSWERS 3
#define LOOKS_AT_ONCE 512 /* 2 MiB of records at most */

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

void found_again(struct found *found)
{
	if (found->probed || (found->walking && !found->again))
		return;
	found->walking = found->again = true;
	found->answers = 0;
	found->now.count = found->before.count = 0;
	found->compared = false;
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

static void read_pages(struct recorder *r, struct found_region *region)
{
	u64 start, pages = found_pinned_pages(&r->found, region, &start);
	if (pages && !found_read_pages(r, region, pages))
		warn("the pages of a memory region at 0x%llx cannot be found out; it is listed without them",
		     (unsigned long long)start);
	region->read_at = now_ns();
}

static void go_on_reading(struct recorder *r, u64 time)
{
	for (struct found_region **at = &r->found.pending, *region; (region = *at);) {
		if (region->read_at && region->read_at < time && !region->leaving) {
			*at = region->next;
			found_write(r, region, time);
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
			found_look_later(&r->found.looked, look->umem);
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
