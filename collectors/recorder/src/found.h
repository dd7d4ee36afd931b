/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regions that were registered before the recording began: found, read, and told of as if they had been registered at
 * that moment (register method 128). See bpf/found.h for how they are found.
 *
 * A region that is found is not told of at once. The list of its pages is read first, from kernel memory that is freed
 * when the region goes; that it had not gone is known once every record up to the end of the reading has been seen.
 * Then all of it is written with one time, its blocks are looked at, and from there on it is a region like any other.
 */
#ifndef PINTRAIL_FOUND_H
#define PINTRAIL_FOUND_H

#include "kernel.h"
#include "rdma_netlink.h"
#include "table.h"

struct recorder;
struct umem;

/* Consecutive frames, in the order of addresses. */
struct frame_run {
	u64 frame, pages;
};

struct found_region {
	struct found_region *next;
	struct found_record record;
	u32 leaving; /* thread that is deregistering it, 0: none */
	u64 read_at; /* 0: the list of pages has not been read yet */
	struct frame_run *runs;
	size_t run_count; /* 0: the list cannot be read */
};

/* A umem whose blocks are to be looked at. */
struct look {
	struct look *next;
	u64 umem; /* kernel_id */
	u64 page;
};

/* One answer of the kernel's list. */
struct listed {
	char device[NAME_BYTES];
	struct listed_mr mr;
	bool unknown; /* to the records up to then */
};

struct listing {
	struct listed *regions;
	size_t count, room;
	bool complete; /* no error cut it short */
};

struct found {
	const struct kernel *kernel;
	struct settings settings;
	s32 umem_list;  /* offset of the scatter list's address in ib_umem, -1 not known */
	s32 sg_length, sg_bytes;
	s32 driver_id;  /* in ib_device */
	u32 rxe_driver;
	s32 rxe_access; /* offset from ib_mr of the access flags in rxe's structure, -1 not known */
	bool (*fetch)(u64 address, void *bytes, u32 count);
	bool probed;       /* the kernel's listing of a region makes a record */
	bool records_lost; /* some, of whatever kind */

	struct found_region *pending;
	struct look *looks, *looked; /* to be done now; done, and to be done once more */
	int answers;                 /* of the kernel's list, in this walk */
	u64 asked;                   /* number of the last one, of all */
	bool again;                  /* after a loss: for what is gone */
	bool asking, compared;
	u64 asked_at;
	bool walking;                /* what goes without being known is remembered in: */
	struct table gone_umems, leaving_mrs;
	struct table rxe_devices;
	struct listing now, before;
};

/* Where a backend can do more than have the kernel's list compared with its records. */
void found_open(struct found *found, const struct kernel *kernel, const struct settings *settings,
		bool (*fetch)(u64 address, void *bytes, u32 count));

/* The kernel's list is to be asked for, whatever the backend. */
void found_begin(struct found *found);

/*
 * Events were lost: the list is asked for again, and regions whose end is missing are ended. Not where the list makes
 * records (eBPF), which would be lost next; there, ends have room of their own.
 */
void found_again(struct found *found);

/*
 * A part of what there is to do, when every record before time has been handled. The kernel's list is asked for at once,
 * and again after a second, for what was being registered when the probes were attached; then, too, all that was found is
 * looked at once more, for calls that changed page tables at that moment. drain is called now and then while an answer
 * comes, to empty the ring.
 */
void found_go_on(struct recorder *r, u64 time, void (*drain)(void *ctx), void *ctx);

/* Whether everything has been told of that was there at the start. */
bool found_settled(const struct recorder *r);

/* Asks for the kernel's list, which makes it show its regions to the probe. Failure is a warning. */
void found_ask(struct recorder *r, void (*drain)(void *ctx), void *ctx);

/* The answer to come has all regions of the device that are known by now. */
void found_expect(struct recorder *r, const char *device);

/*
 * When every record up to the answer has been handled: looks for what nothing else tells of, and writes it, without
 * address, if the answer before had it too and records may be missing.
 */
void found_compare(struct recorder *r, u64 time);

/* From the records. */
void found_take(struct recorder *r, const struct record *record);
void found_device(struct recorder *r, const struct device_record *device);
void found_released(struct recorder *r, u64 umem); /* known or not, as below */
void found_is_new(struct recorder *r, u64 umem);   /* made since the recording began */
void found_leaves(struct recorder *r, u64 mr, u32 tid);
void found_left(struct recorder *r, u32 tid, bool failed);

/* Reads the frames of a umem from its words; false when they cannot be made sense of. pages is how many there must be. */
bool found_read_pages(struct recorder *r, struct found_region *region, u64 pages);

/* How many pages a region pins, from start on; 0 where there are none to be read: no umem, or on-demand paging. */
u64 found_pinned_pages(const struct found *found, const struct found_region *region, u64 *start);

/* Its events, all with one time. */
void found_write(struct recorder *r, const struct found_region *found, u64 time);

/* Has the blocks of a umem (kernel_id) looked at. */
void found_look_later(struct look **looks, u64 umem);

/* The process of a thread, with its name; the thread itself if it is gone. */
u32 process_of(u32 tid, char comm[16]);

#endif
