/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * kprobe.multi and kprobe.session: one program for all functions of which only the entry is of interest, one for those of
 * which the end is, and one for both. What a function is there for is in the cookie: the rows of probes.tsv, and whether
 * its arguments are to be kept for its end. No function has two of them: where it has two probes of ftrace, the kernel
 * walks a list of all probes at each call (ftrace_ops_list_func()).
 */
#include "session.h"

#include "rows.inc" /* enter_row(), end_row(), result_row(): made from probes.tsv */

__hidden_inline void enter(struct pt_regs *ctx, u32 row, u64 *a)
{
	bpf_probe_read_kernel(&a[6], sizeof a[6], (void *)(ctx->sp + 8));
	enter_row(row, ctx, a);
}

SEC("kprobe.multi")
int any_entry(struct pt_regs *ctx)
{
	u64 a[MAX_ARGUMENTS] = { ctx->di, ctx->si, ctx->dx, ctx->cx, ctx->r8, ctx->r9 };
	enter(ctx, bpf_get_attach_cookie(ctx) & ROW_MASK, a);
	return 0;
}

SEC("kretprobe.multi")
int any_end(struct pt_regs *ctx)
{
	return thread_find() ? result_row(bpf_get_attach_cookie(ctx) >> END_SHIFT & ROW_MASK, ctx->ax) : 0;
}

/* 1: nothing to be done at the end. */
__hidden_inline int session_begins(struct pt_regs *ctx, u64 cookie)
{
	u64 a[MAX_ARGUMENTS] = { ctx->di, ctx->si, ctx->dx, ctx->cx, ctx->r8, ctx->r9 };
	if (cookie & ROW_MASK)
		enter(ctx, cookie & ROW_MASK, a);
	if (!(cookie & KEEP_ARGUMENTS))
		return 0;
	/*
	 * What begins a pin starts the watching at its entry. Anything else may take longer than another thread's
	 * registration, of the first region there is, and change a page after it has been pinned.
	 */
	if ((cookie & KEEP_IF_WATCHED) && !watching())
		return 1;
	return !put_frame(bpf_get_func_ip(ctx), a);
}

__hidden_inline void session_ends(struct pt_regs *ctx, u64 cookie)
{
	u32 row = cookie >> END_SHIFT & ROW_MASK;
	u64 a[MAX_ARGUMENTS] = {};
	if (cookie & KEEP_ARGUMENTS) {
		if (take_frame(bpf_get_func_ip(ctx), a))
			end_row(row, ctx, a, ctx->ax);
	} else if (thread_find()) {
		result_row(row, ctx->ax);
	}
}

SEC("kprobe.multi")
int any_session(struct pt_regs *ctx)
{
	u64 cookie = bpf_get_attach_cookie(ctx);
	if (!is_return(ctx))
		return session_begins(ctx, cookie);
	session_ends(ctx, cookie);
	return 0;
}
