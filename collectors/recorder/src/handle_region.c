/* SPDX-License-Identifier: Apache-2.0 */
/* Registrations and their umems. */
#include "recorder.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

const char *device_name(struct recorder *r, u64 device)
{
	const char *name = device ? table_get(&r->devices, device, 0) : NULL;
	return name ? name : "";
}

/* Without types of ib_core: the name of one of the host's devices, as it stands in struct ib_device. */
static char *find_name(const u8 *bytes, size_t count)
{
	DIR *devices = opendir("/sys/class/infiniband");
	struct dirent *entry;
	char *found = NULL;
	while (devices && !found && (entry = readdir(devices))) {
		size_t length = strlen(entry->d_name) + 1;
		if (*entry->d_name == '.')
			continue;
		for (size_t i = 0; i + length <= count && !found; i += 8)
			if (!memcmp(bytes + i, entry->d_name, length))
				found = strdup(entry->d_name);
	}
	if (devices)
		closedir(devices);
	return found;
}

void handle_device(struct recorder *r, const struct record *record)
{
	const struct device_record *device = (const void *)record;
	char *name = find_name(device->bytes, sizeof device->bytes);
	if (name)
		table_put(&r->devices, device->device, 0, name);
	found_device(r, device);
}

/* traced: the driver's accesses can be seen */
static void begin(struct recorder *r, struct region *region, const struct record *record, bool traced, u64 device)
{
	region->begun = true;
	ptl_register_begin(r->out, record->time, record->pid, record->tid, region->id, region->space->asid,
			   METHOD_VERB | (traced && r->accesses_are_seen ? 0 : METHOD_NO_ACCESSES),
			   device_name(r, device), region->start, region->length, region->iova, region->access);
}

static void register_begin(struct recorder *r, const struct region_record *record)
{
	struct space *space = space_of(r, &record->head, record->comm);
	struct region *region = regions_open(&r->regions, record->region, space);
	region->start = record->start;
	region->length = record->length;
	region->iova = record->iova;
	region->access = record->access;
	begin(r, region, &record->head, true, record->device);
}

static void register_end(struct recorder *r, const struct region_record *record)
{
	const struct record *head = &record->head;
	struct region *region = regions_opened(&r->regions, record->region);
	if (!region)
		return;
	if (!record->error && record->mr && region->iova != record->iova && record->iova)
		region->iova = record->iova;
	ptl_register_end(r->out, head->time, head->pid, head->tid, region->id, record->error, record->lkey, record->rkey);
	if (!record->error)
		regions_have_keys(&r->regions, region, device_name(r, record->device), record->lkey, record->rkey);
	regions_registered(&r->regions, region, record->error ? 0 : record->mr);
}

static void reregister(struct recorder *r, const struct region_record *record)
{
	const struct record *head = &record->head;
	struct region *region = regions_by_mr(&r->regions, record->mr);
	if (!region)
		return;
	if (head->kind == RECORD_REREGISTER_BEGIN) {
		ptl_reregister_begin(r->out, head->time, head->pid, head->tid, region->id, record->flags, record->start,
				     record->length, record->iova, record->access);
		return;
	}
	ptl_reregister_end(r->out, head->time, head->pid, head->tid, region->id, record->error, record->lkey, record->rkey);
	if (!record->error)
		regions_have_keys(&r->regions, region, device_name(r, record->device), record->lkey, record->rkey);
}

static void deregister_begin(struct recorder *r, const struct region_record *record)
{
	struct region *region = regions_by_mr(&r->regions, record->mr);
	if (!region)
		region = regions_by_keys(&r->regions, device_name(r, record->device), record->lkey, record->rkey, record->length);
	/* Also of one that is known: until its end the kernel's list has it, and it would be found as another. */
	found_leaves(r, record->mr, record->head.tid);
	if (!region || (region->mr && region->mr != record->mr))
		return;
	regions_leave(&r->regions, region, record->head.tid);
	if (!r->dereg_end_is_seen)
		ptl_deregister(r->out, record->head.time, record->head.pid, record->head.tid, region->id, 0);
}

static void deregister_end(struct recorder *r, const struct region_record *record)
{
	struct region *region = regions_leaving(&r->regions, record->head.tid);
	found_left(r, record->head.tid, record->error != 0);
	if (!region)
		return;
	ptl_deregister(r->out, record->head.time, record->head.pid, record->head.tid, region->id, record->error);
	regions_left(&r->regions, record->head.tid, record->error != 0);
}

void handle_region(struct recorder *r, const struct record *record)
{
	const struct region_record *region = (const void *)record;
	switch (record->kind) {
	case RECORD_REGISTER_BEGIN:
		register_begin(r, region);
		break;
	case RECORD_REGISTER_END:
		register_end(r, region);
		break;
	case RECORD_DEREGISTER_BEGIN:
		deregister_begin(r, region);
		break;
	case RECORD_DEREGISTER_END:
		deregister_end(r, region);
		break;
	default:
		reregister(r, region);
	}
}

void umem_cover(struct recorder *r, struct umem *umem, u64 page)
{
	u64 end = piece_end(page, pages_end(umem->start, umem->length));
	if (!umem->covered)
		umem->covered = umem->start >> PAGE_SHIFT;
	if (end <= umem->covered)
		return;
	shadow_cover(&r->shadow, umem->space->asid, umem->covered, end);
	umem->covered = end;
}

void umem_uncover(struct recorder *r, const struct umem *umem)
{
	shadow_uncover(&r->shadow, umem->space->asid, umem->start >> PAGE_SHIFT, umem->covered);
}

/* A driver whose own probe there is none for: the umem tells of the region. */
static struct region *region_of_umem(struct recorder *r, const struct umem_record *record, struct space *space)
{
	struct region *region = regions_opened(&r->regions, record->region);
	if (region || !record->region)
		return region;
	region = regions_open(&r->regions, record->region, space);
	region->start = region->iova = record->start;
	region->length = record->length;
	region->access = record->access;
	begin(r, region, &record->head, false, record->device);
	return region;
}

static void umem_begin(struct recorder *r, const struct umem_record *record)
{
	const struct record *head = &record->head;
	struct space *space = space_of(r, head, record->comm);
	struct region *region = region_of_umem(r, record, space);
	struct umem *umem = umems_open(&r->regions, record->umem, region, space, record->start, record->length);
	spaces_hold(space);
	ptl_umem_begin(r->out, head->time, head->pid, head->tid, umem->id, region ? region->id : 0, space->asid,
		       record->start, record->length, record->access);
	umem_cover(r, umem, umem->start >> PAGE_SHIFT);
}

static void umem_close(struct recorder *r, struct umem *umem)
{
	umem_uncover(r, umem);
	spaces_release(&r->spaces, umem->space);
	umems_close(&r->regions, umem);
}

void umem_ended(struct recorder *r, struct umem *umem, const struct record *record)
{
	ptl_umem_release(r->out, record->time, record->pid, record->tid, umem->id);
	umem_close(r, umem);
}

static void umem_end(struct recorder *r, const struct umem_record *record)
{
	struct umem *umem = umems_opened(&r->regions, record->umem);
	if (!umem)
		return;
	umem->pointer = record->pointer;
	found_is_new(r, record->pointer);
	ptl_umem_end(r->out, record->head.time, record->head.pid, record->head.tid, umem->id, record->error);
	if (record->error)
		umem_close(r, umem);
	else
		umem_cover(r, umem, pages_end(umem->start, umem->length));
}

static void umem_release(struct recorder *r, const struct umem_record *record)
{
	struct space *space = spaces_find(&r->spaces, record->head.mm);
	struct region *leaving = regions_leaving(&r->regions, record->head.tid);
	struct umem *umem =
		space ? umems_find(&r->regions, record->pointer, space, record->start, record->length, leaving) : NULL;
	found_released(r, record->pointer);
	if (!umem)
		return;
	umem_ended(r, umem, &record->head);
	if (leaving && !r->dereg_end_is_seen)
		regions_left(&r->regions, record->head.tid, false);
}

void handle_umem(struct recorder *r, const struct record *record)
{
	const struct umem_record *umem = (const void *)record;
	if (record->kind == RECORD_UMEM_BEGIN)
		umem_begin(r, umem);
	else if (record->kind == RECORD_UMEM_END)
		umem_end(r, umem);
	else
		umem_release(r, umem);
}
