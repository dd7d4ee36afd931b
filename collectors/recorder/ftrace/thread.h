/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of a thread while it is inside something that is watched, as struct thread_state in bpf/common.h. */
#ifndef PINTRAIL_FTRACE_THREAD_H
#define PINTRAIL_FTRACE_THREAD_H

#include "ftrace.h"

struct pending_mark {
	u64 time, address;
	u32 pid, tid, cpu;
	u32 bytes;    /* of the whole text; 0: there is no mark under way */
	u32 have;     /* of them; their parts come in any order */
	char text[MARK_BYTES];
};

struct live_hold;

struct pending_pin {
	u64 id;      /* 0: none */
	u64 rest;    /* id of one that has ended and has pages that have not been told */
	u64 umem, mm, start, asked;
	u64 list;    /* address of the struct page pointers, 0: they are not told */
	u64 caller;  /* return address, where the callers are told apart, else 0 */
	u64 page[TABLE_ENTRIES];
	u32 have;    /* pages from the start on */
	bool ended;
	bool told_before; /* the pages come before the return */
	s64 result;
};

struct ftrace_thread {
	u64 region, region_device, region_start, region_length, region_iova;
	u64 reregistered;
	u64 dereg;
	u64 umem, umem_mm, umem_start, umem_length;
	u64 umem_watched; /* end of the pages that are watched so far */
	struct live_hold *hold; /* the umem is another holder's (hold.h) */
	bool in_vmsplice;
	struct pending_pin *pin;
	struct pending_mark *mark;
	u64 exec_mm, fork_mm;
	s32 exit_code;
	struct call call;
};

#endif
