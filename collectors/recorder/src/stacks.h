/* SPDX-License-Identifier: Apache-2.0 */
/* Stacks of calls: from the kernel's records to FRAME events, each distinct stack once. */
#ifndef PINTRAIL_STACKS_H
#define PINTRAIL_STACKS_H

#include "../ptl/ptl_writer.h"
#include "kernel.h"
#include "modules.h"
#include "unwind.h"

#define REMEMBERED_STACKS (1 << 14)

struct stack;

/* Which stacks the programs mean by a number. */
struct taken {
	u32 number;
	struct stack *kernel, *user;
	char comm[16];
};

struct stacks {
	struct unwinder unwinder;
	struct modules modules;
	struct table distinct; /* of struct stack */
	u64 last;
	u64 text_start, text_end; /* of the kernel */
	struct user_stack_record **waiting; /* to be unwound */
	size_t waiting_count, waiting_room;
	struct taken taken[REMEMBERED_STACKS];
};

void stacks_open(struct stacks *stacks, const struct kernel *kernel);

/*
 * To be shown every record at once when it comes, for processes may end at any time. Returns whether that was all there
 * is to do with it.
 */
bool stacks_take(struct stacks *stacks, struct kernel *kernel, const struct record *record);

/* Unwinds what stacks_take() has been shown: takes longer, so all processes are looked at before. */
void stacks_settle(struct stacks *stacks);

/* Name of the thread whose stack a number means, "" if it is not known. */
const char *stacks_comm(struct stacks *stacks, u32 number);

/* What a number means, as identifiers in the trace; their FRAME events are written if that has not been done. */
void stacks_write(struct stacks *stacks, struct ptl_writer *out, const struct record *record, u32 number,
		  u64 *kernel_stack, u64 *user_stack);

#endif
