/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * kprobe.session (6.10): one program at a function's entry and at its end, with 8 bytes that it keeps from one to the
 * other; when it returns 1 at the entry, there is no end. Like kprobe.multi it is built on the function graph tracer.
 *
 * What it calls is not declared as a kfunc: 7.0 gave two of them an argument (kernel commit 8fe4dc4f6456), and libbpf
 * refuses all programs where one signature differs. These are numbers of no helper; src/attach_session.c puts the
 * kernel's functions there.
 */
#ifndef PINTRAIL_SESSION_H
#define PINTRAIL_SESSION_H

#include "trace.h"

static u64 (*const session_is_return)(void *ctx) = (void *)SESSION_IS_RETURN;
static u64 *(*const session_cookie)(void *ctx) = (void *)SESSION_COOKIE;
static void *(*const read_only_cast)(const void *pointer, u32 type) = (void *)READ_ONLY_CAST;

/* The function is a bool: the kernel sets no more than the lowest byte. */
__hidden_inline bool is_return(void *ctx)
{
	return (u8)session_is_return(ctx);
}

/* Read straight, not by calls of a helper. */
#define TYPED_POINTER(type, value) ((type *)read_only_cast((void *)(value), bpf_core_type_id_kernel(type)))

#endif
