/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Stacks of the calls that change pinned pages. Libraries have no frame pointers, so the kernel cannot walk a user stack:
 * its bytes and the registers are copied and user space unwinds them. Taken once for each system call; not again while a
 * thread makes the same call from the same place with the same bytes at its stack pointer, as in a loop; and only while
 * the ring buffer is mostly empty, since page states matter more. A stack that is not taken is no loss.
 */
#ifndef PINTRAIL_STACK_H
#define PINTRAIL_STACK_H

#include "call.h"
#include "scope.h"

#define BELOW_WORDS 64
#define WINDOW_SHIFT 28 /* a quarter of a second */
#define WINDOW_STACKS 256
#define USER_CODE 0x33 /* __USER_CS: not a 32-bit program */

u64 stack_window; /* ns >> WINDOW_SHIFT */
u32 stacks_in_window;

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64[BELOW_WORDS]);
} stack_words SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} last_stack SEC(".maps");

__shared u64 hash_below(u64 sp)
{
	u32 zero = 0;
	u64 *words = bpf_map_lookup_elem(&stack_words, &zero), hash = 1;
	if (!words || bpf_probe_read_user(words, BELOW_WORDS * sizeof *words, (void *)sp))
		return 0;
	for (int i = 0; i < BELOW_WORDS; i++)
		hash = mix(hash, words[i]);
	return hash;
}

__hidden_inline bool stacks_have_room(void)
{
	u64 window = bpf_ktime_get_ns() >> WINDOW_SHIFT;
	if (stack_window != window) {
		stack_window = window;
		stacks_in_window = 0;
	}
	if (stacks_in_window >= WINDOW_STACKS)
		return false;
	__sync_fetch_and_add(&stacks_in_window, 1);
	return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) < bpf_ringbuf_query(&ring, BPF_RB_RING_SIZE) / 4;
}

/* Not 0, and different for a long time: user space remembers the last ones only. */
__hidden_inline u32 new_stack_number(void)
{
	u32 zero = 0;
	u32 *last = bpf_map_lookup_elem(&last_stack, &zero);
	return last ? ++*last * MAX_CPUS + bpf_get_smp_processor_id() + 1 : 0;
}

/* The number of a stack that is to be taken now, 0 if none is. A kernel thread's is taken once for each cause in turn. */
__shared u32 begin_stack(u32 cause)
{
	struct thread_stack now = {};
	enum registers_of what;
	struct call_registers *regs = read_registers(&what);
	u32 tid = (u32)bpf_get_current_pid_tgid();

	if (settings.no_stacks)
		return 0;
	if (regs) {
		now.call = call_key(regs, what);
		now.below = hash_below(regs->sp);
	} else {
		now.below = cause;
	}
	struct thread_stack *last = bpf_map_lookup_elem(&thread_stacks, &tid);
	if (last && last->call == now.call && last->below == now.below)
		return 0;
	now.number = stacks_have_room() ? new_stack_number() : 0;
	bpf_map_update_elem(&thread_stacks, &tid, &now, BPF_ANY);
	stacks_taken = 1;
	return now.number;
}

__shared int take_user_stack(u32 number)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	if (BPF_CORE_READ(task, flags) & (PF_KTHREAD | PF_IO_WORKER))
		return 0;
	struct user_stack_record *user = bpf_ringbuf_reserve(&ring, sizeof *user, 0);
	if (!user)
		return 0;
	fill_head(&user->head, RECORD_USER_STACK, 0);
	user->number = number;
	user->bytes = 0;
	u64 first = 0;
	if (!bpf_probe_read_kernel(&user->registers, sizeof user->registers, user_registers(task)) &&
	    user->registers.cs == USER_CODE) {
		/* To the end of its page, then whole pages as long as there are any: one read fails or succeeds as a whole. */
		first = 4096 - (user->registers.sp & 4095);
		if (bpf_probe_read_user(user->stack, first, (void *)user->registers.sp))
			first = 0;
	}
	if (first) {
		user->bytes = first;
		for (int i = 0; i < USER_STACK_PAGES; i++) {
			u64 done = first + i * 4096;
			if (bpf_probe_read_user(user->stack + done, 4096, (void *)(user->registers.sp + done)))
				break;
			user->bytes = done + 4096;
		}
	}
	submit(user);
	return 0;
}

/* Before the records of the change itself, which name the stack (fill_call). */
__hidden_inline void take_stack(void *ctx, u32 cause)
{
	u32 number = begin_stack(cause);
	if (!number)
		return;
	struct kernel_stack_record *kernel = bpf_ringbuf_reserve(&ring, sizeof *kernel, 0);
	if (kernel) {
		fill_head(&kernel->head, RECORD_KERNEL_STACK, 0);
		kernel->number = number;
		bpf_get_current_comm(kernel->comm, sizeof kernel->comm);
		int bytes = bpf_get_stack(ctx, kernel->frame, sizeof kernel->frame, 0);
		kernel->frames = bytes < 0 ? 0 : bytes / sizeof(u64);
		submit(kernel);
	}
	take_user_stack(number);
}

/*
 * Whether a range may touch a region: by blocks up to 64 MiB, by gigabytes beyond. What is larger than all this is taken to.
 */
#define SOME_BLOCKS 32

__shared int range_in_scope(u64 mm, u64 start, u64 end)
{
	if (space_is_covered(mm))
		return 1;
	bool blocks = end - start <= (SOME_BLOCKS - 1) * BLOCK_BYTES;
	u64 step = blocks ? BLOCK_BYTES : GIG_BYTES;
	for (int i = 0; i < SOME_BLOCKS; i++) {
		if (start >= end)
			return 0;
		if (blocks ? block_in_scope(mm, start) : gig_is_touched(mm, start))
			return 1;
		start = (start | (step - 1)) + 1;
	}
	return start < end;
}

#endif
