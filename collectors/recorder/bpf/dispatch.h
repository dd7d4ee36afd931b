/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * kprobe.multi: one program at the entry of all functions and one at their ends. What a function is there for is in the
 * cookie: the row of probes.tsv, and whether its arguments are to be kept for its end.
 */
#include "trace.h"

#include "rows.inc" /* enter_row(), end_row(), result_row(): made from probes.tsv */

SEC("kprobe.multi")
int any_entry(struct pt_regs *ctx)
{
	u64 cookie = bpf_get_attach_cookie(ctx);
	u64 a[MAX_ARGUMENTS] = { ctx->di, ctx->si, ctx->dx, ctx->cx, ctx->r8, ctx->r9 };
	if (cookie & ROW_MASK) {
		bpf_probe_read_kernel(&a[6], sizeof a[6], (void *)(ctx->sp + 8));
		enter_row(cookie & ROW_MASK, ctx, a);
	}
	/* After the entry, which may be what starts the watching. */
	if ((cookie & KEEP_ARGUMENTS) && watching())
		put_frame(bpf_get_func_ip(ctx), a);
	return 0;
}

SEC("kretprobe.multi")
int any_end(struct pt_regs *ctx)
{
	u64 cookie = bpf_get_attach_cookie(ctx);
	if (!(cookie & KEEP_ARGUMENTS))
		return thread_find() ? result_row(cookie & ROW_MASK, ctx->ax) : 0;
	u64 a[MAX_ARGUMENTS] = {};
	if (!frames_open || !take_frame(bpf_get_func_ip(ctx), a))
		return 0;
	return end_row(cookie & ROW_MASK, ctx, a, ctx->ax);
}
