/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Zaps: munmap, MADV_DONTNEED, truncation, hole punching, the OOM reaper ... all end in one function per area, whose name
 * depends on the kernel. The address space is the area's: a hole may be punched by another process.
 */
#include "pagetable.h"
#include "stack.h"

/* Private copies stay where only the file's pages are to go (zap_details). A shared area has none. */
__hidden_inline bool keeps_private(u64 vma, u64 details)
{
	struct zap_details *zap = (void *)details;
	if (!details || (BPF_CORE_READ((struct vm_area_struct *)vma, vm_flags) & VM_MAYSHARE))
		return false;
	if (bpf_core_field_exists(zap->skip_cows))
		return BPF_CORE_READ(zap, skip_cows);
	if (bpf_core_field_exists(zap->even_cows))
		return !BPF_CORE_READ(zap, even_cows);
	if (bpf_core_field_exists(zap->check_mapping))
		return BPF_CORE_READ(zap, check_mapping) != 0;
	return false;
}

/* Nobody runs in it any more: exit_mmap() has said all there is to say. */
__hidden_inline bool space_is_ending(u64 mm)
{
	return BPF_CORE_READ((struct mm_struct *)mm, mm_users.counter) == 0;
}

__shared int zap_begins(u64 mm, u64 start, u64 end, u64 flags)
{
	struct range_record *unmap = reserve(sizeof *unmap);
	if (!unmap)
		return 0;
	note_change(mm);
	fill_head(&unmap->head, RECORD_UNMAP, mm);
	fill_call(&unmap->call);
	unmap->start = start;
	unmap->end = end;
	unmap->flags = flags;
	submit(unmap);
	return 0;
}

__hidden_inline u64 zap_flags(u64 vma, u64 start, u64 end, u64 details)
{
	u64 flags = keeps_private(vma, details) ? UNMAP_KEEPS_PRIVATE : 0;
	if (end - start > RANGE_BYTES)
		flags |= UNMAP_UNREAD;
	return flags;
}

__hidden_inline int zap_enter_any(void *ctx, u64 vma, u64 start, u64 end, u64 details)
{
	u64 mm = vma_mm(vma);
	if (!space_in_scope(mm) || space_is_ending(mm))
		return 0;
	if (range_in_scope(mm, start, end))
		take_stack(ctx, CAUSE_ZAP);
	return zap_begins(mm, start, end, zap_flags(vma, start, end, details));
}

__hidden_inline int zap_exit_any(u64 vma, u64 start, u64 end)
{
	u64 mm = vma_mm(vma);
	if (space_in_scope(mm) && !space_is_ending(mm))
		observe_range(mm, start, end, CAUSE_ZAP);
	return 0;
}

/* 7.2 reaches huge pages through the function for all areas, older kernels do not. */
__hidden_inline bool is_hugetlb(u64 vma)
{
	return BPF_CORE_READ((struct vm_area_struct *)vma, vm_flags) & VM_HUGETLB;
}

AT_ENTRY(zap_enter, watching())
{
	/* tlb, vma, start, end, details */
	return is_hugetlb(a[1]) ? 0 : zap_enter_any(ctx, a[1], a[2], a[3], a[4]);
}

AT_END(zap_exit, 0)
{
	return is_hugetlb(a[1]) ? 0 : zap_exit_any(a[1], a[2], a[3]);
}

AT_ENTRY(hugetlb_zap_enter, watching())
{
	/* tlb, vma, start, end, ... */
	return zap_enter_any(ctx, a[1], a[2], a[3], 0);
}

/* Whether there is no page table page for address. */
__shared int table_is_gone(u64 mm, u64 address)
{
	struct position at = {};
	walk(mm, address, &at);
	return at.level > 1;
}

/*
 * Processes that map the same aligned gigabyte of a hugetlb file share the page table page for it. What takes an entry
 * away from one of them takes the table page away from it first, and with it all other entries of that gigabyte
 * (huge_pmd_unshare() in mm/hugetlb.c): more than it was asked to.
 */
AT_END(hugetlb_zap_exit, 0)
{
	u64 mm = vma_mm(a[1]), start = a[2], end = a[3];
	if (!space_in_scope(mm))
		return 0;
	if (table_is_gone(mm, start))
		start &= ~(GIG_BYTES - 1);
	if (table_is_gone(mm, end - 1))
		end = ((end - 1) | (GIG_BYTES - 1)) + 1;
	return zap_exit_any(a[1], start, end);
}

AT_ENTRY(space_end, true)
{
	struct process_record *end = reserve(sizeof *end);
	if (!end)
		return 0;
	fill_head(&end->head, RECORD_SPACE_END, a[0]);
	fill_call(&end->call);
	submit(end);
	return 0;
}
