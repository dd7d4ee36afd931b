/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* The system call the current thread is in, and the stack that was taken in it. */
#ifndef PINTRAIL_CALL_H
#define PINTRAIL_CALL_H

#include "trace.h"

#define THREAD_SIZE (4 * 4096)

/* User registers at the top of the kernel stack. The helper knows about FRED's padding; 5.10 has neither. */
__hidden_inline struct pt_regs *user_registers(struct task_struct *task)
{
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
		return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	return (struct pt_regs *)(BPF_CORE_READ(task, stack) + THREAD_SIZE) - 1;
}

#define FRED_TYPE_SHIFT 48
#define FRED_TYPE_OTHER 7 /* SYSCALL, SYSENTER */

/* The part of struct pt_regs that holds the call number and the arguments, in the order of the structure. */
struct call_registers {
	u64 r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
	u64 tid; /* of whom; told first, so that who is preempted notices that another thread has been here */
};

/* Not on the stack: the kernel allows 512 bytes for a chain of calls, and those that read page tables need most of them. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct call_registers);
} call_registers SEC(".maps");

enum registers_of { OF_NOTHING, OF_FAULT, OF_CALL };

/*
 * In a fault taken from user mode the saved registers hold an error code where the call number would be. The syscall
 * instruction puts the return address into rcx, and entry_SYSCALL_64 saves it in both places; a fault does not. With
 * FRED it does not either, but the processor says what it was (struct fred_ss).
 */
__hidden_inline struct call_registers *read_registers(enum registers_of *what)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	u32 zero = 0;
	struct call_registers *regs = bpf_map_lookup_elem(&call_registers, &zero);
	*what = OF_NOTHING;
	if (regs)
		regs->tid = (u32)bpf_get_current_pid_tgid();
	if (!regs || BPF_CORE_READ(task, flags) & (PF_KTHREAD | PF_IO_WORKER) ||
	    bpf_probe_read_kernel(regs, offsetof(struct call_registers, tid), &user_registers(task)->r10))
		return 0;
	*what = regs->cx == regs->ip || (regs->ss >> FRED_TYPE_SHIFT & 15) == FRED_TYPE_OTHER ? OF_CALL : OF_FAULT;
	return regs;
}

/* The last stack of a thread: what it was taken for, and its number in the records (0: there was no room for it). */
struct thread_stack {
	u64 call;  /* call_key() */
	u64 below; /* hash of the bytes at the stack pointer */
	u32 number, reserved;
};

/* A thread that is forgotten has its stack taken once more. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, u32);
	__type(value, struct thread_stack);
} thread_stacks SEC(".maps");

u32 stacks_taken; /* so that nobody looks for what is not there */

__hidden_inline u64 mix(u64 hash, u64 value)
{
	hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
	return hash ^ hash >> 29;
}

/* Place and stack pointer, and for a system call what it is called with. */
__hidden_inline u64 call_key(const struct call_registers *regs, enum registers_of what)
{
	u64 key = mix(mix(what, regs->ip), regs->sp);
	if (what != OF_CALL)
		return key;
	key = mix(mix(mix(mix(key, regs->orig_ax), regs->di), regs->si), regs->dx);
	return mix(mix(mix(key, regs->r10), regs->r8), regs->r9);
}

__hidden_inline void fill_no_call(struct call *call)
{
	call->number = NO_CALL;
	call->stack = 0;
	__builtin_memset(call->argument, 0, sizeof call->argument);
}

__hidden_inline void fill_call(struct call *call)
{
	enum registers_of what;
	struct call_registers *regs = read_registers(&what);
	u32 tid = (u32)bpf_get_current_pid_tgid();

	call->number = NO_CALL;
	call->stack = 0;
	struct thread_stack *last = stacks_taken ? bpf_map_lookup_elem(&thread_stacks, &tid) : 0;
	if (last && last->call == (regs ? call_key(regs, what) : 0))
		call->stack = last->number;
	if (!regs || what != OF_CALL) {
		__builtin_memset(call->argument, 0, sizeof call->argument);
		return;
	}
	call->number = (s32)regs->orig_ax;
	call->argument[0] = regs->di;
	call->argument[1] = regs->si;
	call->argument[2] = regs->dx;
	call->argument[3] = regs->r10;
	call->argument[4] = regs->r8;
	call->argument[5] = regs->r9;
	asm volatile("" ::: "memory"); /* only now that all is read */
	if (regs->tid != tid) {
		call->number = NO_CALL;
		call->stack = 0;
	}
}

#endif
