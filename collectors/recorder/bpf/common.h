/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* The ring buffer, losses, and what is known of each thread while it is inside something that is watched. */
#ifndef PINTRAIL_COMMON_H
#define PINTRAIL_COMMON_H

#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include "../record.h"

#define MAX_ARGUMENTS 8
#define MAX_FRAMES 8

#define __hidden_inline static __attribute__((always_inline)) inline
#define __shared __attribute__((noinline)) /* a global function: verified once, whatever calls it */

const volatile struct settings settings = {};
struct layout layout = {};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 << 20);
} ring SEC(".maps");

/* Records that found no room, by CPU. Read by user space through the mapping of .bss. */
u64 lost[MAX_CPUS];

/* Per CPU: identifiers without atomic fetch-and-add, which 5.10 does not have. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} last_identifier SEC(".maps");

u32 anything_pinned; /* umems that are counted in scope.h */

struct frame {
	u64 function;
	u64 argument[6];
};

/* Calls under way, where their end does not know the arguments. Apart from thread_state, which fewer threads need. */
struct frames {
	u32 count, reserved;
	struct frame frame[MAX_FRAMES];
};

u32 frames_open;

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

struct thread_state {
	u64 fault_time; /* entry of the handler, 0 outside */
	u64 pin;
	u32 pin_depth; /* GUP functions call one another; the outermost counts */
	u32 in_user_fault;
	u64 umem, umem_mm, umem_start, umem_length;
	u64 region, region_device;
	u64 reregistered, rereg_id;
	u64 dereg_id;
	u64 collapse_mm, collapse_address; /* 5.10: between pmdp_collapse_flush and the end of the collapse */
	u64 write_address, write_bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, u32);
	__type(value, struct thread_state);
} threads SEC(".maps");

__hidden_inline void note_lost(void)
{
	u32 cpu = bpf_get_smp_processor_id();
	if (cpu < MAX_CPUS)
		lost[cpu]++;
}

__hidden_inline void *reserve(u64 bytes)
{
	void *record = bpf_ringbuf_reserve(&ring, bytes, 0);
	if (!record)
		note_lost();
	return record;
}

/* The reader comes by itself every few milliseconds. */
__hidden_inline void submit(void *record)
{
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
}

__hidden_inline void fill_head(struct record *head, u32 kind, u64 mm)
{
	u64 id = bpf_get_current_pid_tgid();
	head->kind = kind;
	head->cpu = bpf_get_smp_processor_id();
	head->time = bpf_ktime_get_ns();
	head->pid = id >> 32;
	head->tid = (u32)id;
	head->mm = mm;
}

__hidden_inline u64 new_identifier(void)
{
	u32 zero = 0;
	u64 *last = bpf_map_lookup_elem(&last_identifier, &zero);
	return last ? ++*last * MAX_CPUS + bpf_get_smp_processor_id() : 0;
}

__hidden_inline struct thread_state *thread_find(void)
{
	u32 tid = (u32)bpf_get_current_pid_tgid();
	return bpf_map_lookup_elem(&threads, &tid);
}

__hidden_inline struct thread_state *thread_enter(void)
{
	u32 tid = (u32)bpf_get_current_pid_tgid();
	struct thread_state *state = bpf_map_lookup_elem(&threads, &tid);
	if (state)
		return state;
	struct thread_state none = {};
	bpf_map_update_elem(&threads, &tid, &none, BPF_NOEXIST);
	state = bpf_map_lookup_elem(&threads, &tid);
	if (!state)
		note_lost();
	return state;
}

__hidden_inline void thread_leave(struct thread_state *state)
{
	if (state->fault_time | state->pin_depth | state->umem | state->region | state->reregistered | state->dereg_id |
	    state->collapse_mm | state->write_bytes)
		return;
	u32 tid = (u32)bpf_get_current_pid_tgid();
	bpf_map_delete_elem(&threads, &tid);
}

__hidden_inline u64 read_u64(u64 address)
{
	u64 value = 0;
	bpf_probe_read_kernel(&value, sizeof value, (void *)address);
	return value;
}

__hidden_inline u32 read_u32(u64 address)
{
	u32 value = 0;
	bpf_probe_read_kernel(&value, sizeof value, (void *)address);
	return value;
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
		__sync_fetch_and_add(&frames_open, i - (int)stack->count);
		stack->count = i;
		if (!i)
			bpf_map_delete_elem(&frames, &tid);
		return true;
	}
	return false;
}

SEC("kprobe.multi")
int stash(struct pt_regs *ctx)
{
	if (!watching())
		return 0;
	u32 tid = (u32)bpf_get_current_pid_tgid(), zero = 0;
	struct frames *stack = bpf_map_lookup_elem(&frames, &tid);
	if (!stack) {
		struct frames *none = bpf_map_lookup_elem(&no_frames, &zero);
		if (!none)
			return 0;
		bpf_map_update_elem(&frames, &tid, none, BPF_NOEXIST);
		stack = bpf_map_lookup_elem(&frames, &tid);
	}
	if (!stack || stack->count >= MAX_FRAMES) {
		note_lost();
		return 0;
	}
	struct frame *frame = &stack->frame[stack->count++ & (MAX_FRAMES - 1)];
	__sync_fetch_and_add(&frames_open, 1);
	frame->function = bpf_get_func_ip(ctx);
	frame->argument[0] = ctx->di;
	frame->argument[1] = ctx->si;
	frame->argument[2] = ctx->dx;
	frame->argument[3] = ctx->cx;
	frame->argument[4] = ctx->r8;
	frame->argument[5] = ctx->r9;
	return 0;
}

/*
 * A traced function's entry and end, in two ways that share one body.
 *
 * fentry and fexit: cheap, with the arguments at the end too, but while a task is preempted inside such a program the same
 * program is skipped for others on that CPU. That cannot happen where the kernel does not preempt itself by default.
 * Arguments, and after them the result, lie one after another at ctx; read as memory they are plain numbers to the verifier.
 *
 * From 6.14 on, Debian's kernels are preemptible and kprobe.multi is built on the function graph tracer, which runs programs
 * without preemption and has no limit on calls under way: the entry program `stash` keeps the arguments for the end.
 */
/* when: what must hold, known without the arguments. */
#define AT_ENTRY(name, when)                                                                                           \
	__hidden_inline int name##_body(void *ctx, u64 *a);                                                            \
	SEC("fentry")                                                                                                  \
	int name(void *ctx)                                                                                            \
	{                                                                                                              \
		if (!(when))                                                                                           \
			return 0;                                                                                      \
		u64 a[MAX_ARGUMENTS] = {};                                                                             \
		bpf_probe_read_kernel(a, sizeof a, ctx);                                                               \
		return name##_body(ctx, a);                                                                            \
	}                                                                                                              \
	SEC("kprobe.multi")                                                                                            \
	int name##_probe(struct pt_regs *ctx)                                                                          \
	{                                                                                                              \
		if (!(when))                                                                                           \
			return 0;                                                                                      \
		u64 a[MAX_ARGUMENTS] = { ctx->di, ctx->si, ctx->dx, ctx->cx, ctx->r8, ctx->r9 };                       \
		bpf_probe_read_kernel(&a[6], 8, (void *)(ctx->sp + 8));                                                \
		return name##_body(ctx, a);                                                                            \
	}                                                                                                              \
	__hidden_inline int name##_body(void *ctx, u64 *a)

/* count: how many arguments there are before the result. */
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
	SEC("kretprobe.multi")                                                                                         \
	int name##_probe(struct pt_regs *ctx)                                                                          \
	{                                                                                                              \
		if (!frames_open)                                                                                      \
			return 0;                                                                                      \
		u64 a[MAX_ARGUMENTS] = {};                                                                             \
		return take_frame(bpf_get_func_ip(ctx), a) ? name##_body(ctx, a, ctx->ax) : 0;                         \
	}                                                                                                              \
	__hidden_inline int name##_body(void *ctx, u64 *a, u64 result)

/* The same where only the result matters, to a thread of which something is known. */
#define AT_VERBS_END(name, count)                                                                                      \
	__hidden_inline int name##_body(u64 result);                                                                   \
	SEC("fexit")                                                                                                   \
	int name(void *ctx)                                                                                            \
	{                                                                                                              \
		u64 result = 0;                                                                                        \
		bpf_probe_read_kernel(&result, sizeof result, ctx + (count) * 8);                                      \
		return thread_find() ? name##_body(result) : 0;                                                        \
	}                                                                                                              \
	SEC("kretprobe.multi")                                                                                         \
	int name##_probe(struct pt_regs *ctx)                                                                          \
	{                                                                                                              \
		return thread_find() ? name##_body(ctx->ax) : 0;                                                       \
	}                                                                                                              \
	__hidden_inline int name##_body(u64 result)

/* Those of a raw tracepoint. */
#define TRACEPOINT_ARGUMENTS(ctx, count)                                                                               \
	u64 a[count] = {};                                                                                             \
	bpf_probe_read_kernel(a, sizeof a, ctx)

__hidden_inline u64 vma_mm(u64 vma)
{
	return (u64)BPF_CORE_READ((struct vm_area_struct *)vma, vm_mm);
}

__hidden_inline u64 current_mm(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	return (u64)BPF_CORE_READ(task, mm);
}

#endif
