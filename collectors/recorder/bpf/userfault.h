/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* userfaultfd: pages put in place, moved or write-protected by a monitor, for another process perhaps. */
#include "pagetable.h"
#include "stack.h"

__hidden_inline u64 context_mm(u64 context)
{
	return (u64)BPF_CORE_READ((struct userfaultfd_ctx *)context, mm);
}

__hidden_inline int observe_filled(void *ctx, u64 mm, u64 start, u64 bytes)
{
	if (!space_in_scope(mm))
		return 0;
	if (range_in_scope(mm, start, start + bytes))
		take_stack(ctx, CAUSE_USERFAULTFD);
	return observe_range(mm, start, start + bytes, CAUSE_USERFAULTFD);
}

/* Before 6.8 the address space is an argument, after that it is in the userfaultfd's context. */
#define FILL_EXIT(name, mm, start, bytes)                                                                              \
	AT_END(name, 0) \
	{                                                                                                              \
		return observe_filled(ctx, mm, start, bytes);                                                          \
	}

FILL_EXIT(mm_copy_exit, a[0], a[1], a[3])
FILL_EXIT(mm_zeropage_exit, a[0], a[1], a[2])
FILL_EXIT(mm_continue_exit, a[0], a[1], a[2])
FILL_EXIT(context_copy_exit, context_mm(a[0]), a[1], a[3])
FILL_EXIT(context_zeropage_exit, context_mm(a[0]), a[1], a[2])
FILL_EXIT(context_continue_exit, context_mm(a[0]), a[1], a[2])
FILL_EXIT(context_poison_exit, context_mm(a[0]), a[1], a[2])

__hidden_inline int observe_moved(void *ctx, u64 mm, u64 to, u64 from, u64 bytes)
{
	if (space_in_scope(mm)) {
		if (range_in_scope(mm, from, from + bytes) || range_in_scope(mm, to, to + bytes))
			take_stack(ctx, CAUSE_USERFAULTFD);
		observe_range(mm, from, from + bytes, CAUSE_USERFAULTFD);
		observe_range(mm, to, to + bytes, CAUSE_USERFAULTFD);
	}
	return 0;
}

AT_END(context_move_exit, 0)
{
	/* context, destination, source, length */
	return observe_moved(ctx, context_mm(a[0]), a[1], a[2], a[3]);
}

#define UFFDIO_MOVE_COMMAND 0xc028aa05U

/* 7.2 has move_pages() inlined here; struct uffdio_move begins with dst, src, len. */
AT_END(userfault_ioctl_exit, 0)
{
	/* file, command, argument */
	u64 move[3] = {};
	if ((u32)a[1] != UFFDIO_MOVE_COMMAND || bpf_probe_read_user(move, sizeof move, (void *)a[2]))
		return 0;
	return observe_moved(ctx, context_mm((u64)BPF_CORE_READ((struct file *)a[0], private_data)), move[0], move[1], move[2]);
}
