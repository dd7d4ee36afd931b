/* SPDX-License-Identifier: Apache-2.0 */
/* Memory regions and their umems while they live. */
#ifndef PINTRAIL_REGIONS_H
#define PINTRAIL_REGIONS_H

#include "spaces.h"

struct region {
	u64 id;         /* in the trace */
	u64 kernel_id;  /* in the records, while it is being registered */
	u64 mr;         /* kernel address of its ib_mr, 0 before */
	u64 start, length, iova;
	u32 access;
	u32 lkey, rkey;
	const char *device;
	bool begun;     /* REGISTER_BEGIN has been written */
	bool gone;      /* deregistered or failed; stays for its umems */
	u64 expected, listed, missed; /* answers of the kernel's list (found.h): should have it, had it, did not */
	u32 umems;
	struct space *space;
};

struct umem {
	u64 id, kernel_id;
	u64 pointer;    /* kernel address of the ib_umem, 0 where the kernel does not let it be seen */
	struct region *region;
	u64 start, length;
	u64 covered;    /* end of the pages that the shadow has of it */
	struct space *space;
	struct umem *same_place; /* others of the same address space and start */
};

struct regions {
	struct table by_kernel_id, by_mr;
	struct table by_keys;
	struct table umem_by_kernel_id, umem_by_place;
	struct table leaving; /* tid: region whose deregistration has begun */
	u64 last_region, last_umem;
	s64 mr_in_driver; /* offset of ib_mr in the driver's structure, -1 not known */
};

struct region *regions_open(struct regions *regions, u64 kernel_id, struct space *space);
struct region *regions_opened(const struct regions *regions, u64 kernel_id);

/* The registration is over: mr is 0 when it failed, and then the region is gone. */
void regions_registered(struct regions *regions, struct region *region, u64 mr);
/* A region that was there before the recording; mr is 0 when only the kernel's list tells of it. */
struct region *regions_found(struct regions *regions, u64 mr, struct space *space);

/* What the kernel's list of regions and the probes have in common. Called again when the keys change. */
void regions_have_keys(struct regions *regions, struct region *region, const char *device, u32 lkey, u32 rkey);
struct region *regions_by_keys(const struct regions *regions, const char *device, u32 lkey, u32 rkey, u64 length);

struct region *regions_by_mr(const struct regions *regions, u64 mr);

/* It is gone without a deregistration of its own. */
void regions_forget(struct regions *regions, struct region *region);

/* The region of a driver's structure, of which ib_mr is a part. */
struct region *regions_by_driver(struct regions *regions, u64 driver_mr, u64 iova);

/* Deregistration by a thread: begins, and ends with the region gone, or back when it failed. */
void regions_leave(struct regions *regions, struct region *region, u32 tid);
struct region *regions_leaving(const struct regions *regions, u32 tid);
void regions_left(struct regions *regions, u32 tid, bool failed);

struct umem *umems_open(struct regions *regions, u64 kernel_id, struct region *region, struct space *space, u64 start,
			u64 length);
struct umem *umems_opened(const struct regions *regions, u64 kernel_id);

/* The live umem that is released: by its address where known, else the one of the leaving region, else any like it. */
struct umem *umems_find(const struct regions *regions, u64 pointer, const struct space *space, u64 start, u64 length,
			const struct region *of);
void umems_close(struct regions *regions, struct umem *umem);

#endif
