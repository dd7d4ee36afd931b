/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Protection changes and fork: frames stay, but what a later store does may not; and mmap() that maps pages at once. */
#include "pagetable.h"
#include "stack.h"

#define USERFAULT_WRITE_PROTECT (1ULL << 63)

__shared int protection_changes(u64 mm, u64 start, u64 end, u64 vm_flags)
{
	struct range_record *protect = reserve(sizeof *protect);
	if (!protect)
		return 0;
	fill_head(&protect->head, RECORD_PROTECT, mm);
	fill_call(&protect->call);
	protect->start = start;
	protect->end = end;
	protect->flags = vm_flags;
	submit(protect);
	return 0;
}

__hidden_inline int protection_begins(void *ctx, u64 mm, u64 start, u64 end, u64 vm_flags)
{
	if (!space_in_scope(mm))
		return 0;
	if (range_in_scope(mm, start, end))
		take_stack(ctx, CAUSE_PROTECT);
	return protection_changes(mm, start, end, vm_flags);
}

/* mprotect_fixup() got one argument more in front in 5.19 (tlb) and another in 6.3 (the iterator). */
#define MPROTECT_ENTER(name, first)                                                                                    \
	AT_ENTRY(name, watching()) \
	{                                                                                                              \
		/* ..., vma, previous, start, end, new flags */                                                   \
		return protection_begins(ctx, vma_mm(a[first]), a[2 + (first)], a[3 + (first)], a[4 + (first)]);       \
	}

MPROTECT_ENTER(mprotect_enter_5, 0)
MPROTECT_ENTER(mprotect_enter_6, 1)
MPROTECT_ENTER(mprotect_enter_7, 2)

/*
 * Entries are cleared for a moment while their protection changes; this reading comes after. change_protection(tlb, vma,
 * start, end) since 5.19; before, its structure argument keeps fexit away, and its callers are taken.
 */
AT_END(change_protection_tlb_exit, 0)
{
	u64 mm = vma_mm(a[1]);
	return space_in_scope(mm) ? observe_range(mm, a[2], a[3], CAUSE_PROTECT) : 0;
}

/* mprotect_fixup(vma, previous, start, end, flags): the area may have been merged away, but not its address space. */
AT_END(mprotect_exit, 0)
{
	u64 mm = current_mm();
	if (!space_in_scope(mm))
		return 0;
	return observe_range(mm, a[2], a[3], CAUSE_PROTECT);
}

/* mwriteprotect_range(mm, start, length, enable) */
AT_END(write_protect_exit, 0)
{
	return space_in_scope(a[0]) ? observe_range(a[0], a[1], a[1] + a[2], CAUSE_PROTECT) : 0;
}

/* (mm or context, start, length, enable) */
#define WRITE_PROTECT_ENTER(name, mm)                                                                                  \
	AT_ENTRY(name, watching()) \
	{                                                                                                              \
		return protection_begins(ctx, mm, a[1], a[1] + a[2], (u8)a[3] ? USERFAULT_WRITE_PROTECT | 3 : 3);      \
	}

WRITE_PROTECT_ENTER(mm_write_protect_enter, a[0])
WRITE_PROTECT_ENTER(context_write_protect_enter,
		    (u64)BPF_CORE_READ((struct userfaultfd_ctx *)a[0], mm))

AT_ENTRY(fork_copy_enter, watching())
{
	/* child's vma, parent's vma */
	struct vm_area_struct *vma = (void *)a[1];
	u64 mm = (u64)BPF_CORE_READ(vma, vm_mm);
	if (!space_in_scope(mm))
		return 0;
	if (range_in_scope(mm, BPF_CORE_READ(vma, vm_start), BPF_CORE_READ(vma, vm_end)))
		take_stack(ctx, CAUSE_FORK);
	struct fork_copy_record *copy = reserve(sizeof *copy);
	if (!copy)
		return 0;
	fill_head(&copy->head, RECORD_FORK_COPY, mm);
	fill_call(&copy->call);
	copy->child_mm = vma_mm(a[0]);
	copy->start = BPF_CORE_READ(vma, vm_start);
	copy->end = BPF_CORE_READ(vma, vm_end);
	submit(copy);
	return 0;
}

/* Drivers may fill the new area at once (remap_pfn_range, vm_insert_page): no fault tells of it. */
AT_END(mmap_exit, 0)
{
	u64 mm = current_mm();
	if (!space_in_scope(mm))
		return 0;
	/* file, address, length */
	return observe_range(mm, a[1], a[1] + a[2], CAUSE_POPULATE);
}
