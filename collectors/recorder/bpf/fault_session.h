/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Page faults on preemptible kernels. All that the end must know fits into the 8 bytes of the session: no map is needed,
 * but for a fault in another process's address space.
 *
 * That nothing is pinned at the entry is no reason to leave the end out: another thread may register the page meanwhile
 * and give it back (MADV_DONTNEED takes no lock that excludes faults), and the fault then maps a new one there. It is
 * left out where nobody can: nobody_else_pins().
 */
#include "fault.h"
#include "session.h"

/* From the lowest bit: 16 of flags, 4 of KEPT_*, the page's number (at most 44). */
#define KEPT_SHIFT 16
#define KEPT_ADDRESS_SHIFT 8
#define KEPT_ELSEWHERE 4 /* in another process's address space, which a frame of trace.h names */
#define FAULT_FRAME 1    /* in place of a function's address */

/* Regions from before the recording are all known: none will come into scope that nobody registers. */
u32 regions_settled;

/*
 * Whether no page of this address space can be pinned for long until the fault of its only thread is over. Those who pin
 * do so in their own address space (ib_umem_get(), io_uring), of which they would be another user: mm_users. Or they hold a
 * reference on one that was theirs once (vfio_dma, iopt_pages, ib_umem): mm_count, in which all users count as one.
 */
__hidden_inline bool nobody_else_pins(const struct mm_struct *mm)
{
	return regions_settled && mm->mm_users.counter == 1 && mm->mm_count.counter == 1;
}

__hidden_inline int fault_session_begins(struct pt_regs *ctx)
{
	const struct vm_area_struct *vma = TYPED_POINTER(struct vm_area_struct, ctx->di);
	const struct mm_struct *space = vma->vm_mm;
	u64 mm = plain((u64)space), address = ctx->si, flags = (u16)ctx->dx;
	bool is_own = mm == current_mm(), space_scoped = space_in_scope(mm);
	struct thread_state *state = thread_find();
	u64 kept = 0;

	if ((state && state->pin) || (space_scoped && (settings.scope_all || block_in_scope(mm, address)))) {
		kept = (vma->vm_ops ? 0 : KEPT_PLAIN) | (vma->vm_flags & VM_HUGETLB ? KEPT_HUGETLB : 0);
		state = thread_enter();
		if (state)
			fault_begins(state, mm, address, flags);
	} else if (!space_scoped && is_own && nobody_else_pins(space)) {
		return 1;
	}
	if (!is_own) {
		const u64 a[MAX_ARGUMENTS] = { mm, address };
		kept |= KEPT_ELSEWHERE;
		if (!put_frame(FAULT_FRAME, a))
			return 1;
	}
	*session_cookie(ctx) = (address & ~4095ULL) << KEPT_ADDRESS_SHIFT | kept << KEPT_SHIFT | flags;
	return 0;
}

__hidden_inline int fault_session_ends(struct pt_regs *ctx)
{
	u64 kept = *session_cookie(ctx);
	struct fault fault = { .address = kept >> KEPT_ADDRESS_SHIFT & ~4095ULL, .flags = (u16)kept,
			       .kept = kept >> KEPT_SHIFT & 15, .result = ctx->ax };
	if (fault.kept & KEPT_ELSEWHERE) {
		u64 a[MAX_ARGUMENTS];
		if (!take_frame(FAULT_FRAME, a))
			return 0;
		fault.mm = a[0];
	} else {
		fault.mm = current_mm();
	}
	bool scoped = fault_in_scope(fault.mm, fault.address);
	return scoped || threads_inside ? fault_ends(ctx, &fault, scoped) : 0;
}

SEC("kprobe.multi")
int fault_session(struct pt_regs *ctx)
{
	return is_return(ctx) ? fault_session_ends(ctx) : fault_session_begins(ctx);
}
