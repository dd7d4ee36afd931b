/* SPDX-License-Identifier: Apache-2.0 */
#include "regions.h"

#include <stdlib.h>

#define DRIVER_MR_REACH 512 /* a driver keeps ib_mr within so many bytes of its structure's start */

static void forget_keys(struct regions *regions, struct region *region);

static void region_goes(struct regions *regions, struct region *region)
{
	forget_keys(regions, region);
	region->gone = true;
	if (!region->umems)
		free(region);
}

struct region *regions_open(struct regions *regions, u64 kernel_id, struct space *space)
{
	struct region *region = need_zero(sizeof *region);
	region->id = ++regions->last_region;
	region->kernel_id = kernel_id;
	region->space = space;
	table_put(&regions->by_kernel_id, kernel_id, 0, region);
	return region;
}

struct region *regions_opened(const struct regions *regions, u64 kernel_id)
{
	return kernel_id ? table_get(&regions->by_kernel_id, kernel_id, 0) : NULL;
}

void regions_registered(struct regions *regions, struct region *region, u64 mr)
{
	table_remove(&regions->by_kernel_id, region->kernel_id, 0);
	region->mr = mr;
	if (mr)
		table_put(&regions->by_mr, mr, 0, region);
	else
		region_goes(regions, region);
}

struct region *regions_found(struct regions *regions, u64 mr, struct space *space)
{
	struct region *region = need_zero(sizeof *region);
	region->id = ++regions->last_region;
	region->space = space;
	region->begun = true;
	region->mr = mr;
	if (mr)
		table_put(&regions->by_mr, mr, 0, region);
	return region;
}

static u64 place_of(const char *device, u64 length)
{
	u64 hash = length;
	while (*device)
		hash = hash * 31 + (u8)*device++;
	return hash;
}

static u64 keys_of(const struct region *region)
{
	return (u64)region->lkey << 32 | region->rkey;
}

static void forget_keys(struct regions *regions, struct region *region)
{
	if (region->device && regions_by_keys(regions, region->device, region->lkey, region->rkey, region->length) == region)
		table_remove(&regions->by_keys, keys_of(region), place_of(region->device, region->length));
}

void regions_have_keys(struct regions *regions, struct region *region, const char *device, u32 lkey, u32 rkey)
{
	forget_keys(regions, region);
	region->device = device;
	region->lkey = lkey;
	region->rkey = rkey;
	table_put(&regions->by_keys, keys_of(region), place_of(device, region->length), region);
}

struct region *regions_by_keys(const struct regions *regions, const char *device, u32 lkey, u32 rkey, u64 length)
{
	return table_get(&regions->by_keys, (u64)lkey << 32 | rkey, place_of(device, length));
}

struct region *regions_by_mr(const struct regions *regions, u64 mr)
{
	return table_get(&regions->by_mr, mr, 0);
}

void regions_forget(struct regions *regions, struct region *region)
{
	const struct table *leaving = &regions->leaving;
	for (size_t i = 0; leaving->slots && i <= leaving->mask; i++)
		if (leaving->slots[i].value == region) {
			table_remove(&regions->leaving, leaving->slots[i].high, 0);
			break;
		}
	table_remove(&regions->by_mr, region->mr, 0);
	region_goes(regions, region);
}

struct region *regions_by_driver(struct regions *regions, u64 driver_mr, u64 iova)
{
	if (regions->mr_in_driver >= 0)
		return regions_by_mr(regions, driver_mr + regions->mr_in_driver);
	/* 5.10 has no types of rdma_rxe: the first region that fits shows the offset. */
	for (s64 offset = 0; offset < DRIVER_MR_REACH; offset += 8) {
		struct region *region = regions_by_mr(regions, driver_mr + offset);
		if (region && iova - region->iova < region->length) {
			regions->mr_in_driver = offset;
			return region;
		}
	}
	return NULL;
}

void regions_leave(struct regions *regions, struct region *region, u32 tid)
{
	table_remove(&regions->by_mr, region->mr, 0);
	table_put(&regions->leaving, tid, 0, region);
}

struct region *regions_leaving(const struct regions *regions, u32 tid)
{
	return table_get(&regions->leaving, tid, 0);
}

void regions_left(struct regions *regions, u32 tid, bool failed)
{
	struct region *region = table_remove(&regions->leaving, tid, 0);
	if (region && failed && region->mr)
		table_put(&regions->by_mr, region->mr, 0, region);
	else if (region)
		region_goes(regions, region);
}

struct umem *umems_open(struct regions *regions, u64 kernel_id, struct region *region, struct space *space, u64 start,
			u64 length)
{
	struct umem *umem = need_zero(sizeof *umem);
	umem->id = ++regions->last_umem;
	umem->kernel_id = kernel_id;
	umem->space = space;
	umem->region = region;
	if (region)
		region->umems++;
	umem->start = start;
	umem->length = length;
	umem->same_place = table_get(&regions->umem_by_place, space->asid, start);
	table_put(&regions->umem_by_place, space->asid, start, umem);
	table_put(&regions->umem_by_kernel_id, kernel_id, 0, umem);
	return umem;
}

struct umem *umems_opened(const struct regions *regions, u64 kernel_id)
{
	return kernel_id ? table_get(&regions->umem_by_kernel_id, kernel_id, 0) : NULL;
}

struct umem *umems_find(const struct regions *regions, u64 pointer, const struct space *space, u64 start, u64 length,
			const struct region *of)
{
	struct umem *like = NULL;
	for (struct umem *umem = table_get(&regions->umem_by_place, space->asid, start); umem; umem = umem->same_place) {
		if (umem->length != length)
			continue;
		if (pointer && umem->pointer == pointer)
			return umem;
		/* The oldest of those that look alike, but one whose region is being left before all others. */
		if (!umem->pointer && (!like || !of || like->region != of))
			like = umem;
	}
	return like;
}

void umems_close(struct regions *regions, struct umem *umem)
{
	struct umem *first = table_get(&regions->umem_by_place, umem->space->asid, umem->start);
	table_remove(&regions->umem_by_kernel_id, umem->kernel_id, 0);
	if (first == umem) {
		if (umem->same_place)
			table_put(&regions->umem_by_place, umem->space->asid, umem->start, umem->same_place);
		else
			table_remove(&regions->umem_by_place, umem->space->asid, umem->start);
	} else {
		while (first->same_place != umem)
			first = first->same_place;
		first->same_place = umem->same_place;
	}
	struct region *region = umem->region;
	if (region && !--region->umems && region->gone)
		free(region);
	free(umem);
}
