/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* How a function's entry and end reach a program, on every kernel: AT_ENTRY and AT_END. */
#ifndef PINTRAIL_TRACE_H
#define PINTRAIL_TRACE_H

#include "common.h"

#define MAX_ARGUMENTS 8
#define MAX_FRAMES 8

struct frame {
	u64 function;
	u64 argument[6];
};

/* Calls under way, where their end does not know the arguments. Apart from thread_state, which fewer threads need. */
struct frames {
	u32 count, reserved;
	struct frame frame[MAX_FRAMES];
};

u32 frames_known; /* in the map: threads keep theirs until they exit, as in threads */

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, u32);
	__type(value, struct frames);
} frames SEC(".maps");

/* What a new stack is copied from: it is too large for a program's own. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct frames);
} no_frames SEC(".maps");

/* Of the current thread. */
__hidden_inline void frames_remove(void)
{
	u32 tid = (u32)bpf_get_current_pid_tgid();
	if (frames_known && !bpf_map_delete_elem(&frames, &tid))
		__sync_fetch_and_add(&frames_known, -1);
}

/* Whether there is anything to watch for. */
__hidden_inline bool watching(void)
{
	return anything_pinned || settings.scope_all;
}

/* The arguments of the innermost call of a function under way. */
__hidden_inline bool take_frame(u64 function, u64 *a)
{
	u32 tid = (u32)bpf_get_current_pid_tgid();
	struct frames *stack = bpf_map_lookup_elem(&frames, &tid);
	if (!stack)
		return false;
	for (int i = MAX_FRAMES - 1; i >= 0; i--) {
		if (i >= stack->count || stack->frame[i].function != function)
			continue;
		__builtin_memcpy(a, stack->frame[i].argument, sizeof stack->frame[i].argument);
		stack->count = i;
		if (!i && frames_known > THREADS_KEPT)
			frames_remove();
		return true;
	}
	return false;
}

/* Keeps the arguments for the end of the call. False: they are lost. */
__hidden_inline bool put_frame(u64 function, const u64 *a)
{
	u32 tid = (u32)bpf_get_current_pid_tgid(), zero = 0;
	struct frames *stack = bpf_map_lookup_elem(&frames, &tid);
	if (!stack) {
		struct frames *none = bpf_map_lookup_elem(&no_frames, &zero);
		if (none && !bpf_map_update_elem(&frames, &tid, none, BPF_NOEXIST))
			__sync_fetch_and_add(&frames_known, 1);
		stack = bpf_map_lookup_elem(&frames, &tid);
	}
	if (!stack || stack->count >= MAX_FRAMES) {
		note_lost();
		return false;
	}
	struct frame *frame = &stack->frame[stack->count++ & (MAX_FRAMES - 1)];
	frame->function = function;
	__builtin_memcpy(frame->argument, a, sizeof frame->argument);
	return true;
}

/* One argument, a number or a pointer to a structure: straight, which costs next to nothing. */
#define ARGUMENT(ctx, index) plain(((const u64 *)(ctx))[index])

/*
 * A traced function's entry and end, in two ways that share one body.
 *
 * fentry and fexit: cheap, with the arguments at the end too, but while a task is preempted inside such a program the same
 * program is skipped for others on that CPU. That cannot happen where the kernel does not preempt itself by default.
 * Arguments, and after them the result, lie one after another at ctx; read as memory they are plain numbers to the verifier,
 * which before 6.13 refuses to load a pointer to a pointer, say.
 *
 * From 6.14 on, Debian's kernels are preemptible, and kprobe.multi and kprobe.session are built on the function graph
 * tracer, which runs programs without preemption and has no limit on calls under way: three programs (dispatch.h) serve all
 * functions but the one for page faults (fault_session.h).
 *
 * when: what must hold, known without the arguments. count: how many arguments there are before the result.
 */
#define AT_ENTRY(name, when)                                                                                           \
	__hidden_inline int name##_body(void *ctx, u64 *a);                                                            \
	__hidden_inline int name##_entered(void *ctx, u64 *a)                                                          \
	{                                                                                                              \
		return (when) ? name##_body(ctx, a) : 0;                                                               \
	}                                                                                                              \
	SEC("fentry")                                                                                                  \
	int name(void *ctx)                                                                                            \
	{                                                                                                              \
		if (!(when))                                                                                           \
			return 0;                                                                                      \
		u64 a[MAX_ARGUMENTS] = {};                                                                             \
		bpf_probe_read_kernel(a, sizeof a, ctx);                                                               \
		return name##_body(ctx, a);                                                                            \
	}                                                                                                              \
	__hidden_inline int name##_body(void *ctx, u64 *a)

#define AT_END(name, count)                                                                                            \
	__hidden_inline int name##_body(void *ctx, u64 *a, u64 result);                                                \
	SEC("fexit")                                                                                                   \
	int name(void *ctx)                                                                                            \
	{                                                                                                              \
		if (!watching())                                                                                       \
			return 0;                                                                                      \
		u64 a[MAX_ARGUMENTS] = {}, result = 0;                                                                 \
		bpf_probe_read_kernel(a, sizeof a, ctx);                                                               \
		bpf_probe_read_kernel(&result, sizeof result, ctx + (count) * 8);                                      \
		return name##_body(ctx, a, result);                                                                    \
	}                                                                                                              \
	__hidden_inline int name##_body(void *ctx, u64 *a, u64 result)

/* The same where only the result matters, to a thread of which something is known. */
#define AT_VERBS_END(name, count)                                                                                      \
	__hidden_inline int name##_body(u64 result);                                                                   \
	SEC("fexit")                                                                                                   \
	int name(void *ctx)                                                                                            \
	{                                                                                                              \
		return thread_find() ? name##_body(ARGUMENT(ctx, count)) : 0;                                             \
	}                                                                                                              \
	__hidden_inline int name##_body(u64 result)

/*
 * The entry of a function of a module, or of one that may have no type: a kprobe serves every kernel, and fentry, which costs
 * a fraction of that, those that have the type (src/attach.c). What a body does not use is not loaded: functions differ in
 * how many arguments they have.
 */
#define AT_CALL(name)                                                                                                  \
	__hidden_inline int name##_body(u64 *a);                                                                       \
	SEC("kprobe")                                                                                                  \
	int name(struct pt_regs *ctx)                                                                                  \
	{                                                                                                              \
		u64 a[] = { ctx->di, ctx->si, ctx->dx, ctx->cx, ctx->r8, ctx->r9 };                                    \
		return name##_body(a);                                                                                 \
	}                                                                                                              \
	SEC("fentry")                                                                                                  \
	int name##_typed(void *ctx)                                                                                    \
	{                                                                                                              \
		u64 a[] = { ARGUMENT(ctx, 0), ARGUMENT(ctx, 1), ARGUMENT(ctx, 2),                                      \
			    ARGUMENT(ctx, 3), ARGUMENT(ctx, 4), ARGUMENT(ctx, 5) };                                    \
		return name##_body(a);                                                                                 \
	}                                                                                                              \
	__hidden_inline int name##_body(u64 *a)

#endif
