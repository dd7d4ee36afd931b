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

/* Per CPU: identifiers without atomic fetch-and-add, which 5.10 does not have. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} last_identifier SEC(".maps");

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

u32 threads_known; /* so that nobody looks for what is not there */

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

__hidden_inline u64 new_identifier(void)
{
	u32 zero = 0;
	u64 *last = bpf_map_lookup_elem(&last_identifier, &zero);
	return last ? ++*last * MAX_CPUS + bpf_get_smp_processor_id() : 0;
}

__hidden_inline struct thread_state *thread_find(void)
{
	if (!threads_known)
		return 0;
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
	if (!bpf_map_update_elem(&threads, &tid, &none, BPF_NOEXIST))
		__sync_fetch_and_add(&threads_known, 1);
	state = bpf_map_lookup_elem(&threads, &tid);
	if (!state)
		note_lost();
	return state;
}

__hidden_inline void thread_leave(struct thread_state *state)
{
	if (state->fault_time | state->pin_depth | state->umem | state->region | state->reregistered | state->dereg_id |
	    state->collapse_mm | state->in_vmsplice)
		return;
	u32 tid = (u32)bpf_get_current_pid_tgid();
	if (!bpf_map_delete_elem(&threads, &tid))
		__sync_fetch_and_add(&threads_known, -1);
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
