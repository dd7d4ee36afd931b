/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Page faults: of the CPU, and those that GUP takes. Copy on write, unsharing, zero pages and file pages all come here. */
#include "pagetable.h"
#include "stack.h"

#define UNSHARE_FAULT 0x400 /* FAULT_FLAG_UNSHARE, from 5.19 on */

/* Whether a fault at address is told; inside a pin all are, for what they cost. */
__hidden_inline bool fault_in_scope(u64 mm, u64 address)
{
	return space_in_scope(mm) && (settings.scope_all || block_in_scope(mm, address));
}

/*
 * A umem's pages are looked at before any of them is pinned. Until the pin gets to one, those who shared it may have left it
 * and others may have come to look at it: whether it is copied is asked again right before the kernel asks.
 */
__hidden_inline void fault_begins(struct thread_state *state, u64 mm, u64 address, u32 flags)
{
	state->fault_time = bpf_ktime_get_ns();
	if (state->umem && state->pin && state->may_copy && (flags & (FAULT_FLAG_WRITE | UNSHARE_FAULT)))
		observe_again(mm, address);
}

/* The address space of the first argument, an area: read straight, because every fault of the host pays for it. */
__hidden_inline u64 typed_mm(const void *ctx)
{
	return plain((u64)(*(struct vm_area_struct *const *)ctx)->vm_mm);
}

SEC("fentry")
int fault_enter(void *ctx)
{
	if (!watching())
		return 0;
	u64 mm = typed_mm(ctx), address = ARGUMENT(ctx, 1);
	struct thread_state *state = thread_find();
	if (!(state && state->pin) && !fault_in_scope(mm, address))
		return 0;
	state = thread_enter();
	if (state)
		fault_begins(state, mm, address, ARGUMENT(ctx, 2));
	return 0;
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

__hidden_inline void tell_fault(const struct fault *fault, u64 pin, u64 since)
{
	struct fault_record *record = reserve_bulk(sizeof *record);
	if (!record)
		return;
	fill_head(&record->head, RECORD_FAULT, fault->mm);
	record->address = fault->address;
	record->pin = pin;
	record->duration = since ? record->head.time - since : 0;
	record->flags = fault->flags;
	record->result = fault->result;
	submit(record);
}

/* scoped: fault_in_scope() */
__hidden_inline int fault_ends(void *ctx, const struct fault *fault, bool scoped)
{
	struct thread_state *state = thread_find();
	bool unlocked = fault->result & (VM_FAULT_RETRY | VM_FAULT_COMPLETED);
	u64 since = state ? state->fault_time : 0, mm = fault->mm, address = fault->address;

	if (scoped || (state && state->pin))
		tell_fault(fault, state ? state->pin : 0, since);
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
 * mlock(), say. A pin's is told like any other fault.
 */
SEC("fentry")
int hugetlb_fault_enter(void *ctx)
{
	struct thread_state *state = thread_find();
	if (state && state->pin && !state->fault_time) {
		state->in_hugetlb_fault = 1;
		fault_begins(state, ARGUMENT(ctx, 0), ARGUMENT(ctx, 2), ARGUMENT(ctx, 3));
	}
	return 0;
}

AT_END(hugetlb_fault_exit, 4)
{
	struct thread_state *state = thread_find();
	if (state && state->in_hugetlb_fault) {
		const struct fault fault = { .mm = a[0], .address = a[2], .flags = a[3], .result = result };
		tell_fault(&fault, state->pin, state->fault_time);
		state->fault_time = state->in_hugetlb_fault = 0;
	}
	return space_in_scope(a[0]) ? observe_near(a[0], a[2], a[2] + 1, CAUSE_FAULT) : 0;
}
