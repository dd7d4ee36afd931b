/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Page faults: of the CPU, and those that GUP takes. Copy on write, unsharing, zero pages and file pages all come here. */
#include "pagetable.h"
#include "stack.h"

/* Whether a fault at address is told; inside a pin all are, for what they cost. */
__hidden_inline bool fault_in_scope(u64 mm, u64 address)
{
	return space_in_scope(mm) && (settings.scope_all || block_in_scope(mm, address));
}

AT_ENTRY(fault_enter, watching())
{
	u64 mm = vma_mm(a[0]);
	struct thread_state *state = thread_find();
	if (!(state && state->pin) && !fault_in_scope(mm, a[1]))
		return 0;
	state = thread_enter();
	if (state)
		state->fault_time = bpf_ktime_get_ns();
	return 0;
}

/* Only that page can have changed: a small page of an area without a file, mapped by a fault that went through. */
__hidden_inline bool is_single_page_fault(u64 vma, u32 result)
{
	return !(result & (VM_FAULT_RETRY | VM_FAULT_COMPLETED | VM_FAULT_ERROR)) &&
	       !BPF_CORE_READ((struct vm_area_struct *)vma, vm_ops);
}

/* Only a copy replaces a frame that was mapped; what is mapped where nothing was has another cause. */
__hidden_inline bool has_copied(u64 vma, u32 flags, u32 result)
{
	return (flags & FAULT_FLAG_WRITE) &&
	       ((result & VM_FAULT_COPIED) || (BPF_CORE_READ((struct vm_area_struct *)vma, vm_flags) & VM_HUGETLB));
}

/* vma, address, flags, regs */
AT_END(fault_exit, 4)
{
	struct thread_state *state = thread_find();
	u32 outcome = (u32)result;
	/* After these the mmap lock may be gone and the vma freed; the fault was then of the current process. */
	bool unlocked = outcome & (VM_FAULT_RETRY | VM_FAULT_COMPLETED);
	u64 mm = unlocked && current_mm() ? current_mm() : vma_mm(a[0]);
	u64 since = state ? state->fault_time : 0;

	bool scoped = fault_in_scope(mm, a[1]);
	if (scoped || (state && state->pin)) {
		struct fault_record *fault = reserve_bulk(sizeof *fault);
		if (fault) {
			fill_head(&fault->head, RECORD_FAULT, mm);
			fault->address = a[1];
			fault->pin = state ? state->pin : 0;
			fault->duration = since ? fault->head.time - since : 0;
			fault->flags = (u32)a[2];
			fault->result = outcome;
			submit(fault);
		}
	}
	if (scoped && !unlocked && block_in_scope(mm, a[1]) && has_copied(a[0], (u32)a[2], outcome))
		take_stack(ctx, CAUSE_FAULT);
	if (scoped && !(is_single_page_fault(a[0], outcome) && observe_page(mm, a[1], CAUSE_FAULT)))
		observe_block(mm, a[1], CAUSE_FAULT);
	if (state) {
		state->fault_time = 0;
		thread_leave(state);
	}
	return 0;
}

/*
 * (mm, vma, address, flags): until 6.5 GUP calls it without handle_mm_fault() (follow_hugetlb_page()), for MAP_POPULATE and
 * mlock(), say.
 */
AT_END(hugetlb_fault_exit, 4)
{
	return space_in_scope(a[0]) ? observe_near(a[0], a[2], a[2] + 1, CAUSE_FAULT) : 0;
}
