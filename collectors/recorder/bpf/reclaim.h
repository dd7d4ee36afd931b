/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * What the kernel does of its own accord to mapped pages: reclaim, migration, KSM, transparent huge pages. The rmap
 * callbacks (folio, vma, address, argument) take an entry away and, when they fail, put it back.
 */
#include "pagetable.h"
#include "stack.h"

/* A folio mapped at address may reach into the next block when it is not aligned (after mremap, say). */
__hidden_inline int observe_folio(void *ctx, u64 vma, u64 address, u32 cause)
{
	u64 mm = vma_mm(vma);
	if (!space_in_scope(mm))
		return 0;
	if (cause != CAUSE_OTHER && block_in_scope(mm, address))
		take_stack(ctx, cause);
	return observe_near(mm, address, address + BLOCK_BYTES, cause);
}

#define RMAP_EXIT(name, cause)                                                                                         \
	AT_END(name, 0) \
	{                                                                                                              \
		return observe_folio(ctx, a[1], a[2], cause);                                                               \
	}

RMAP_EXIT(unmap_one_exit, CAUSE_RECLAIM)
RMAP_EXIT(migrate_one_exit, CAUSE_MIGRATION)
RMAP_EXIT(migrated_exit, CAUSE_MIGRATION)
RMAP_EXIT(mkclean_exit, CAUSE_OTHER)

/* (vma, page, ksm page): the address follows from the page's index, as in page_address_in_vma(). */
AT_END(ksm_exit, 0)
{
	struct vm_area_struct *vma = (void *)a[0];
	struct page *page = (void *)a[1];
	u64 mm = (u64)BPF_CORE_READ(vma, vm_mm), index;
	if (!space_in_scope(mm))
		return 0;
	if (bpf_core_field_exists(page->index))
		index = BPF_CORE_READ(page, index);
	else
		index = BPF_CORE_READ(page, __folio_index);
	u64 address = BPF_CORE_READ(vma, vm_start) + ((index - BPF_CORE_READ(vma, vm_pgoff)) << 12);
	if (block_in_scope(mm, address))
		take_stack(ctx, CAUSE_KSM);
	return observe_near(mm, address, address + 1, CAUSE_KSM);
}

/* (vma, pmd, address): a huge page becomes small ones; a file's huge page simply goes. */
AT_END(split_exit, 0)
{
	u64 mm = vma_mm(a[0]);
	return space_in_scope(mm) ? observe_near(mm, a[2], a[2] + 1, CAUSE_OTHER) : 0;
}

__hidden_inline int observe_collapsed(void *ctx, u64 mm, u64 address)
{
	if (!space_in_scope(mm))
		return 0;
	if (block_in_scope(mm, address))
		take_stack(ctx, CAUSE_COLLAPSE);
	return observe_near(mm, address, address + 1, CAUSE_COLLAPSE);
}

/* (mm, address, ...) */
AT_END(collapse_exit, 0)
{
	return observe_collapsed(ctx, a[0], a[1]);
}

AT_END(file_collapse_exit, 0)
{
	return observe_collapsed(ctx, a[0], a[1]);
}

/* 5.10 has the collapse inlined into khugepaged(): the address is known where the table is taken away, ... */
SEC("kprobe")
int collapse_flush_enter(struct pt_regs *ctx)
{
	u64 mm = vma_mm(ctx->di);
	struct thread_state *state = space_in_scope(mm) ? thread_enter() : 0;
	if (!state)
		return 0;
	state->collapse_mm = mm;
	state->collapse_address = ctx->si;
	return 0;
}

/* ... and the end of the work by a tracepoint, which does not have it. */
SEC("raw_tp/mm_collapse_huge_page")
int collapse_done(void *ctx)
{
	struct thread_state *state = thread_find();
	if (!state || !state->collapse_mm)
		return 0;
	u64 mm = state->collapse_mm;
	state->collapse_mm = 0;
	observe_near(mm, state->collapse_address, state->collapse_address + 1, CAUSE_COLLAPSE);
	thread_leave(state);
	return 0;
}

/* (pmd, start, end, walk) callbacks of page table walks that clear entries for a moment. */
#define WALK_EXIT(name)                                                                                                \
	AT_END(name, 0) \
	{                                                                                                              \
		u64 mm = (u64)BPF_CORE_READ((struct mm_walk *)a[3], mm);                                               \
		return space_in_scope(mm) ? observe_near(mm, a[1], a[2], CAUSE_OTHER) : 0;                            \
	}

WALK_EXIT(free_walk_exit)
WALK_EXIT(cold_walk_exit)
WALK_EXIT(clear_refs_walk_exit)

/* swapoff, by page table page: (vma, pmd, start, end, type). */
AT_END(unuse_exit, 0)
{
	u64 mm = vma_mm(a[0]);
	return space_in_scope(mm) ? observe_near(mm, a[2], a[3], CAUSE_RECLAIM) : 0;
}

/* 5.10 has all of that inlined into the system call: user space then has every live block read again. */
AT_END(swapoff_exit, 0)
{
	struct record *sweep = anything_pinned ? reserve(sizeof *sweep) : 0;
	if (!sweep)
		return 0;
	fill_head(sweep, RECORD_SWEEP, 0);
	submit(sweep);
	return 0;
}
