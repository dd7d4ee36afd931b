/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Page faults: of the CPU, and those that GUP takes. Copy on write, unsharing, zero pages and file pages all come here. */
#include "pagetable.h"
#include "stack.h"

/* Whether a fault at address is told; inside a pin all are, for what they cost. */
__hidden_inline bool fault_in_scope(u64 mm, u64 address)
{
	return space_in_scope(mm) && (settings.scope_all || block_in_scope(mm, address));
}

__hidden_inline int fault_begins(u64 mm, u64 address)
{
	struct thread_state *state = thread_find();
	if (!(state && state->pin) && !fault_in_scope(mm, address))
		return 0;
	state = thread_enter();
	if (state)
		state->fault_time = bpf_ktime_get_ns();
	return 0;
}

/* The address space of the first argument, an area: read straight, because every fault of the host pays for it. */
__hidden_inline u64 typed_mm(const void *ctx)
{
	return plain((u64)(*(struct vm_area_struct *const *)ctx)->vm_mm);
}

SEC("fentry")
int fault_enter(void *ctx)
{
	return watching() ? fault_begins(typed_mm(ctx), ARGUMENT(ctx, 1)) : 0;
}

/* A fault at its end. Where vma is 0, what of the area matters is in kept (bpf/fault_session.h). */
struct fault {
	u64 mm, address, vma;
	u32 flags, result, kept;
};

#define KEPT_PLAIN 1   /* an area without a file */
#define KEPT_HUGETLB 2

__hidden_inline bool is_plain(const struct fault *fault)
{
	struct vm_area_struct *vma = (void *)fault->vma;
	return vma ? !BPF_CORE_READ(vma, vm_ops) : fault->kept & KEPT_PLAIN;
}

__hidden_inline bool is_in_hugetlb(const struct fault *fault)
{
	struct vm_area_struct *vma = (void *)fault->vma;
	return vma ? BPF_CORE_READ(vma, vm_flags) & VM_HUGETLB : fault->kept & KEPT_HUGETLB;
}

/* Only that page can have changed: a small page of an area without a file, mapped by a fault that went through. */
__hidden_inline bool is_single_page_fault(const struct fault *fault)
{
	return !(fault->result & (VM_FAULT_RETRY | VM_FAULT_COMPLETED | VM_FAULT_ERROR)) && is_plain(fault);
}

/* Only a copy replaces a frame that was mapped; what is mapped where nothing was has another cause. */
__hidden_inline bool has_copied(const struct fault *fault)
{
	return (fault->flags & FAULT_FLAG_WRITE) && ((fault->result & VM_FAULT_COPIED) || is_in_hugetlb(fault));
}

/* After these the mmap lock may be gone and the vma freed; the fault was then of the current process. */
__hidden_inline u64 space_of_fault(u64 mm, u64 result)
{
	u64 current = result & (VM_FAULT_RETRY | VM_FAULT_COMPLETED) ? current_mm() : 0;
	return current ? current : mm;
}

/* scoped: fault_in_scope() */
__hidden_inline int fault_ends(void *ctx, const struct fault *fault, bool scoped)
{
	struct thread_state *state = thread_find();
	bool unlocked = fault->result & (VM_FAULT_RETRY | VM_FAULT_COMPLETED);
	u64 since = state ? state->fault_time : 0, mm = fault->mm, address = fault->address;

	if (scoped || (state && state->pin)) {
		struct fault_record *record = reserve_bulk(sizeof *record);
		if (record) {
			fill_head(&record->head, RECORD_FAULT, mm);
			record->address = address;
			record->pin = state ? state->pin : 0;
			record->duration = since ? record->head.time - since : 0;
			record->flags = fault->flags;
			record->result = fault->result;
			submit(record);
		}
	}
	if (scoped && !unlocked && block_in_scope(mm, address) && has_copied(fault))
		take_stack(ctx, CAUSE_FAULT);
	if (scoped && !(is_single_page_fault(fault) && observe_page(mm, address, CAUSE_FAULT)))
		observe_block(mm, address, CAUSE_FAULT);
	if (state) {
		state->fault_time = 0;
		thread_leave(state);
	}
	return 0;
}

SEC("fexit")
int fault_exit(void *ctx)
{
	/* vma, address, flags, regs, result */
	if (!watching())
		return 0;
	u64 result = ARGUMENT(ctx, 4), mm = space_of_fault(typed_mm(ctx), result), address = ARGUMENT(ctx, 1);
	bool scoped = fault_in_scope(mm, address);
	if (!scoped && !threads_inside)
		return 0;
	const struct fault fault = { .mm = mm, .address = address, .vma = ARGUMENT(ctx, 0), .flags = ARGUMENT(ctx, 2),
				     .result = result };
	return fault_ends(ctx, &fault, scoped);
}

/*
 * (mm, vma, address, flags): until 6.5 GUP calls it without handle_mm_fault() (follow_hugetlb_page()), for MAP_POPULATE and
 * mlock(), say.
 */
AT_END(hugetlb_fault_exit, 4)
{
	return space_in_scope(a[0]) ? observe_near(a[0], a[2], a[2] + 1, CAUSE_FAULT) : 0;
}
