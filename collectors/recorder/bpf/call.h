/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* The system call the current thread is in. */
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
	u64 r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip;
};

__hidden_inline void fill_call(struct call *call)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct call_registers regs;

	call->number = NO_CALL;
	call->reserved = 0;
	/*
	 * In a fault taken from user mode the saved registers hold an error code where the call number would be. The syscall
	 * instruction puts the return address into rcx, and entry_SYSCALL_64 saves it in both places; a fault does not. With
	 * FRED it does not either, but the processor says what it was (struct fred_ss).
	 */
	if (BPF_CORE_READ(task, flags) & (PF_KTHREAD | PF_IO_WORKER) ||
	    bpf_probe_read_kernel(&regs, sizeof regs, &user_registers(task)->r10) ||
	    (regs.cx != regs.ip && (read_u64((u64)&user_registers(task)->ss) >> FRED_TYPE_SHIFT & 15) != FRED_TYPE_OTHER)) {
		__builtin_memset(call->argument, 0, sizeof call->argument);
		return;
	}
	call->number = (s32)regs.orig_ax;
	call->argument[0] = regs.di;
	call->argument[1] = regs.si;
	call->argument[2] = regs.dx;
	call->argument[3] = regs.r10;
	call->argument[4] = regs.r8;
	call->argument[5] = regs.r9;
}

#endif
