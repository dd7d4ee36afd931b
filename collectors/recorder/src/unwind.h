/* SPDX-License-Identifier: Apache-2.0 */
/*
 * User stacks: from registers and bytes to functions. Libraries are built without frame pointers, so the call frame
 * information of their ELF files is needed (elfutils' libdw), which must be opened while the process lives. What is known
 * of a process is kept for a while after its end, for what comes late.
 */
#ifndef PINTRAIL_UNWIND_H
#define PINTRAIL_UNWIND_H

#include "table.h"

/* Strings live as long as the unwinder. */
struct frame {
	u64 address;
	const char *module, *build_id; /* "" if unknown */
	u64 module_offset;             /* in the file */
	const char *symbol;            /* "" if unknown */
	u64 symbol_offset;
};

struct unwinder {
	struct table processes, names;
	size_t count;
};

/* Looks at the process and opens what the stack may need. To be called as soon as the record has come. */
void unwind_prepare(struct unwinder *unwinder, const struct user_stack_record *stack);

/* Innermost first; returns how many. */
u32 unwind(struct unwinder *unwinder, const struct user_stack_record *stack, struct frame *frames, u32 room);

/* A process that may end before its next stack is looked at. */
void unwind_expect(struct unwinder *unwinder, u32 pid);

/* The process has another program, or its number another process. */
void unwind_forget(struct unwinder *unwinder, u32 pid);

/* Nothing can be read of it any more. */
void unwind_ended(struct unwinder *unwinder, u32 pid);

/* The one copy of a string. */
const char *unwind_name(struct unwinder *unwinder, const char *name);

#endif
