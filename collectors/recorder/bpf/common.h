/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* The ring buffer, losses, and what is known of each thread while it is inside something that is watched. */
#ifndef PINTRAIL_COMMON_H
#define PINTRAIL_COMMON_H

#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include "../record.h"

#define __hidden_inline static __attribute__((always_inline)) inline
#define __shared __attribute__((noinline)) /* a global function: verified once, whatever calls it */

const volatile struct settings settings = {};
struct layout layout = {};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 << 20);
} ring SEC(".maps");

/*
 * For what page states are nothing without: marks, processes, regions, pins. When page tables and faults have filled the
 * ring, these find room here.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, SPARE_BYTES);
} spare SEC(".maps");

/* Records that found no room, by CPU. Read by user space through the mapping of .bss. */
u64 lost[MAX_CPUS];

/* Set once all probes are attached: what is registered from here on is seen from its beginning. */
u32 recording;

u32 anything_pinned; /* umems that are counted in scope.h */

struct thread_state {
	u64 fault_time; /* entry of the handler, 0 outside */
	u64 pin;
	u64 pin_depth; /* GUP functions call one another; the outermost counts */
	u64 umem, umem_mm, umem_start, umem_length;
	u64 hold, hold_identity; /* the umem is another holder's (hold.h) */
	u32 hold_is_pin, in_vmsplice;
	u32 in_hugetlb_fault; /* that GUP called by itself */
	u32 may_copy; /* pages of the umem are mapped so that pinning them may copy them (marks.h) */
	u32 changes; /* changes_of() when the pin call began */
	u32 inside;  /* something is known; 0: this is kept for when there will be again */
	u64 region, region_device;
	u64 reregistered;
	u64 dereg_id;
	u64 collapse_mm, collapse_address; /* 5.10: between pmdp_collapse_flush and the end of the collapse */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, u32);
	__type(value, struct thread_state);
} threads SEC(".maps");

/* What a new one is copied from: programs have little stack. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct thread_state);
} no_thread SEC(".maps");

/*
 * Where something is known of more than so many threads, those of which nothing is known any more are removed at once. Else
 * they stay until they exit, since most will be back and a new one costs more than all that is then done with it.
 */
#define THREADS_KEPT 8192

u32 threads_known; /* in the map */
u32 threads_inside; /* of which something is known now: so that nobody looks for what is not there */

__hidden_inline void note_lost(void)
{
	u32 cpu = bpf_get_smp_processor_id();
	if (cpu < MAX_CPUS)
		__sync_fetch_and_add(&lost[cpu], 1);
}

__hidden_inline void *reserve(u64 bytes)
{
	void *record = bpf_ringbuf_reserve(&ring, bytes, 0);
	if (!record)
		record = bpf_ringbuf_reserve(&spare, bytes, 0);
	if (!record)
		note_lost();
	return record;
}

/* For what there is much of. */
__hidden_inline void *reserve_bulk(u64 bytes)
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

/* By the time: 5.10 has no atomic fetch-and-add, and a count of each CPU may be taken twice where programs are preempted. */
__hidden_inline u64 new_identifier(void)
{
	return bpf_ktime_get_ns() * MAX_CPUS + bpf_get_smp_processor_id();
}

__hidden_inline struct thread_state *thread_find(void)
{
	if (!threads_inside)
		return 0;
	u32 tid = (u32)bpf_get_current_pid_tgid();
	struct thread_state *state = bpf_map_lookup_elem(&threads, &tid);
	return state && state->inside ? state : 0;
}

__hidden_inline struct thread_state *thread_enter(void)
{
	u32 tid = (u32)bpf_get_current_pid_tgid(), zero = 0;
	struct thread_state *state = bpf_map_lookup_elem(&threads, &tid);
	if (!state) {
		struct thread_state *none = bpf_map_lookup_elem(&no_thread, &zero);
		if (none && !bpf_map_update_elem(&threads, &tid, none, BPF_NOEXIST))
			__sync_fetch_and_add(&threads_known, 1);
		state = bpf_map_lookup_elem(&threads, &tid);
	}
	if (!state) {
		note_lost();
		return 0;
	}
	if (!state->inside)
		__sync_fetch_and_add(&threads_inside, 1);
	state->inside = 1;
	return state;
}

/* Nothing is known of the current thread any more. */
__hidden_inline void thread_remove(void)
{
	u32 tid = (u32)bpf_get_current_pid_tgid();
	if (!bpf_map_delete_elem(&threads, &tid))
		__sync_fetch_and_add(&threads_known, -1);
}

__hidden_inline void thread_leave(struct thread_state *state)
{
	if (state->fault_time | state->pin_depth | state->umem | state->region | state->reregistered | state->dereg_id |
	    state->collapse_mm | state->in_vmsplice)
		return;
	if (state->inside)
		__sync_fetch_and_add(&threads_inside, -1);
	state->pin = state->hold = state->hold_identity = state->region_device = 0;
	state->hold_is_pin = state->inside = 0;
	if (threads_known > THREADS_KEPT)
		thread_remove();
}

/* The current thread exits. */
__hidden_inline void thread_ends(void)
{
	struct thread_state *state = thread_find();
	if (state)
		__sync_fetch_and_add(&threads_inside, -1);
	if (threads_known)
		thread_remove();
}

/* For what is too large for the stack, within one program. */
#define SCRATCH_WORDS 32

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64[SCRATCH_WORDS]);
} scratch SEC(".maps");

__hidden_inline u64 *scratch_words(void)
{
	u32 zero = 0;
	return bpf_map_lookup_elem(&scratch, &zero);
}

#define KERNEL_ADDRESSES 0xff00000000000000ULL /* also with five levels of page tables */

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

/* Those of a raw tracepoint. */
#define TRACEPOINT_ARGUMENTS(ctx, count)                                                                               \
	u64 a[count] = {};                                                                                             \
	bpf_probe_read_kernel(a, sizeof a, ctx)

/*
 * What the kernel gives a type is a pointer to the verifier, with which little may be done, also where only its value is
 * wanted. What has been negated is a number.
 */
__hidden_inline u64 plain(u64 value)
{
	asm("%0 = -%0\n\t%0 = -%0" : "+r"(value));
	return value;
}

__hidden_inline u64 vma_mm(u64 vma)
{
	return (u64)BPF_CORE_READ((struct vm_area_struct *)vma, vm_mm);
}

__hidden_inline u64 current_mm(void)
{
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_current_task_btf)) /* 5.11 */
		return plain((u64)bpf_get_current_task_btf()->mm);
	struct task_struct *task = (void *)bpf_get_current_task();
	return (u64)BPF_CORE_READ(task, mm);
}

#endif
