/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* mremap(): page table entries go from one address to another. */
#include "pagetable.h"
#include "stack.h"

__shared int tell_move(u64 mm, u64 from, u64 to, u64 bytes)
{
	struct move_record *move = reserve(sizeof *move);
	if (!move)
		return 0;
	fill_head(&move->head, RECORD_MOVE, mm);
	fill_call(&move->call);
	move->from = from;
	move->to = to;
	move->bytes = bytes;
	submit(move);
	return 0;
}

/* Not a function of its own: the verifier allows 512 bytes of stack in all. */
__hidden_inline int moved(void *ctx, u64 mm, u64 from, u64 to, u64 bytes)
{
	if (range_in_scope(mm, from, from + bytes) || range_in_scope(mm, to, to + bytes))
		take_stack(ctx, CAUSE_MOVE);
	tell_move(mm, from, to, bytes);
	observe_range(mm, from, from + bytes, CAUSE_MOVE);
	observe_range(mm, to, to + bytes, CAUSE_MOVE);
	return 0;
}

AT_END(move_exit, 0)
{
	/* vma, old address, new vma, new address, length */
	u64 mm = vma_mm(a[0]);
	return space_in_scope(mm) ? moved(ctx, mm, a[1], a[3], a[4]) : 0;
}

/* From 6.16: one structure, whose addresses advance with the work. */
AT_END(move_control_exit, 0)
{
	struct pagetable_move_control *control = (void *)a[0];
	u64 mm = (u64)BPF_CORE_READ(control, old, vm_mm);
	if (!space_in_scope(mm))
		return 0;
	u64 bytes = BPF_CORE_READ(control, len_in);
	u64 from = BPF_CORE_READ(control, old_end) - bytes;
	u64 done = BPF_CORE_READ(control, old_addr) - from;
	return moved(ctx, mm, from, BPF_CORE_READ(control, new_addr) - done, bytes);
}

/* 5.10: move_vma() has a copy of move_page_tables() inlined, so the system call is watched instead. */
AT_END(mremap_exit, 1)
{
	u64 mm = current_mm();
	if (!space_in_scope(mm))
		return 0;
	/* registers, result */
	struct pt_regs *regs = (void *)a[0];
	u64 from = BPF_CORE_READ(regs, di);
	u64 old_bytes = BPF_CORE_READ(regs, si), new_bytes = BPF_CORE_READ(regs, dx);
	u64 bytes = (old_bytes < new_bytes ? old_bytes : new_bytes) + 4095 & ~4095ULL;
	if (result >= -4095ULL)
		return observe_range(mm, from, from + old_bytes, CAUSE_MOVE);
	if (result != from)
		moved(ctx, mm, from, result, bytes);
	return 0;
}
