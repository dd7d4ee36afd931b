/* SPDX-License-Identifier: Apache-2.0 */
/* The recording: what is known of the host, and the handlers that turn records into events of the trace. */
#ifndef PINTRAIL_RECORDER_H
#define PINTRAIL_RECORDER_H

#include "../ptl/ptl_writer.h"
#include "callers.h"
#include "found.h"
#include "holds.h"
#include "kernel.h"
#include "pages.h"
#include "regions.h"
#include "shadow.h"
#include "spaces.h"
#include "stacks.h"

/* Numbers of docs/trace-format.md. */
enum { METHOD_VERB = 1, METHOD_NO_ACCESSES = 32, METHOD_NO_ADDRESS = 64, METHOD_FOUND = 128 };

enum { FLAG_WRITE = 1, FLAG_FORCE = 2, FLAG_LONGTERM = 4, FLAG_PIN = 8, FLAG_GET = 16, FLAG_FAST = 32, FLAG_REMOTE = 64 };

struct pin {
	u64 id, kernel_id;
	struct space *space;
	bool of_umem;
	struct hold *hold; /* whose only pin call this is, or NULL */
};

struct last_call {
	u64 id, kernel_stack, user_stack;
	struct call call;
};

/* Accesses that continue one another and have not been written yet. */
struct access_run {
	u64 region, iova, length, time;
	u32 pid, tid;
	u8 direction;
};

#define ACCESS_RUNS 8

struct recorder {
	struct ptl_writer *out;
	bool scope_all;
	struct kernel kernel;
	struct layout layout;
	u32 struct_page_bytes;
	u64 huge_zero_frame; /* 0: none yet */
	u32 foll_write, foll_force, foll_longterm, foll_fast_only, foll_pin;
	struct pages pages;
	struct spaces spaces;
	struct regions regions;
	struct shadow shadow;
	struct stacks stacks;
	struct holds holds;
	struct table pins, calls, devices;
	struct table shareable; /* asid, GiB: a hugetlb area whose page table page other processes may have too */
	struct table unpins; /* lists of frames that are being given back: the caller's kind */
	u64 last_pin, last_call;
	struct access_run accesses[ACCESS_RUNS];
	int access_runs;
	u64 thp_read; /* time at which these were */
	bool thp_always, thp_madvise;
	bool accesses_are_seen;          /* rxe's data path is probed; no other driver's is */
	bool dereg_end_is_seen;          /* the return of ib_dereg_mr_user is probed */
	void (*sweep)(u64 mm, u64 address, u32 cause);
	struct found found;
	struct losses *losses;
	void (*forget)(u64 mm, u64 start, u64 length); /* a pin call's pages are no longer in scope */
};

/* All events that a record leads to. */
void handle_record(struct recorder *r, const struct record *record);

/* Writes what is held back for merging. */
void flush_accesses(struct recorder *r);

/* Names the address space in the trace if that has not been done. */
struct space *space_of(struct recorder *r, const struct record *record, const char *comm);

/* The call's identifier in the trace (a CALL event the first time), 0 outside of a call. */
u64 call_of(struct recorder *r, const struct record *record, const struct call *call);

/* Whether any page of [first, end) belongs to a live umem. */
bool pages_covered(const struct recorder *r, const struct space *space, u64 first, u64 end);

/* A run of one page. */
void put_page(struct recorder *r, state s);

/* Changes of the umem's pages are followed from here on, this one's and those up to it at least (piece_end()). */
void umem_cover(struct recorder *r, struct umem *umem, u64 page);
void umem_uncover(struct recorder *r, const struct umem *umem);

/* The umem is gone: says so and forgets it. */
void umem_ended(struct recorder *r, struct umem *umem, const struct record *record);

/* The name of a device by its kernel address, "" if it is not known. */
const char *device_name(struct recorder *r, u64 device);

void handle_process(struct recorder *r, const struct record *record);
void handle_mark(struct recorder *r, const struct record *record);
void handle_region(struct recorder *r, const struct record *record);
void handle_umem(struct recorder *r, const struct record *record);
void handle_device(struct recorder *r, const struct record *record);
void handle_pin(struct recorder *r, const struct record *record);
void handle_hold(struct recorder *r, const struct record *record);
void handle_unpin(struct recorder *r, const struct record *record);

/* Part of a list of frames that are given back. */
void handle_returned_list(struct recorder *r, const struct pin_pages_record *record);
void handle_access(struct recorder *r, const struct record *record);
void handle_observation(struct recorder *r, const struct record *record);
void handle_pages(struct recorder *r, const struct record *record);
void handle_range(struct recorder *r, const struct record *record);
void handle_area(struct recorder *r, const struct record *record);
void handle_before(struct recorder *r, const struct record *record);
void handle_fault(struct recorder *r, const struct record *record);
void handle_sweep(struct recorder *r);

#endif
