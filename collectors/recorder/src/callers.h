/* SPDX-License-Identifier: Apache-2.0 */
/* Who pins, by the functions on the kernel stack: the pin callers of docs/trace-format.md. */
#ifndef PINTRAIL_CALLERS_H
#define PINTRAIL_CALLERS_H

#include "kernel.h"

enum pin_caller {
	CALLER_UNKNOWN, CALLER_UMEM, CALLER_ODP, CALLER_IO_URING, CALLER_VFIO, CALLER_VMSPLICE, CALLER_DIRECT_IO,
	CALLER_PROCESS_VM, CALLER_XDP, CALLER_OTHER,
};

u8 caller_of(struct kernel *kernel, const u64 stack[STACK_FRAMES]);

/* Of a long-term pin: one of those that can make one, for each other kind CALLER_OTHER. */
u8 caller_for_long(struct kernel *kernel, const u64 stack[STACK_FRAMES]);

/* The function that asked for the pages, "" if the stack does not say. */
const char *caller_function(struct kernel *kernel, const u64 stack[STACK_FRAMES]);

#endif
