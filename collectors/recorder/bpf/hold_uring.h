/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * io_uring's fixed buffers, registered and updated one at a time by io_sqe_buffer_register(). A buffer is named by its
 * struct io_mapped_ubuf; it goes when it is replaced or unregistered and the last request that uses it has ended, or with
 * the ring, in whatever thread that is.
 */
#include "hold.h"

/* ctx, iovec, ... An empty slot has no address. */
AT_ENTRY(uring_register_enter, true)
{
	u64 start = read_u64(a[1]), length = read_u64(a[1] + 8);
	if (start && hold_opens(start, length, 0, 0, METHOD_IO_URING | MAY_WRITE << 8))
		observe_range(current_mm(), start, start + length, CAUSE_OTHER);
	return 0;
}

__hidden_inline int uring_registered(u64 buffer, s32 error)
{
	struct thread_state *state = thread_find();
	if (!state || !state->hold)
		return 0;
	state->hold_identity = buffer;
	hold_ends(state, error);
	thread_leave(state);
	return 0;
}

/* ctx, iovec, where the buffer goes, ..., 0 or -errno */
AT_END(uring_register_exit, 4)
{
	return uring_registered(read_u64(a[2]), (s32)result);
}

/* From 6.13: ctx, iovec, ..., the node or an error */
AT_VERBS_END(uring_node_exit, 3)
{
	bool failed = result >= -4095ULL;
	if (!bpf_core_field_exists(((struct io_rsrc_node *)0)->buf))
		return 0;
	return uring_registered(failed ? 0 : (u64)BPF_CORE_READ((struct io_rsrc_node *)result, buf),
				failed ? (s32)result : 0);
}

/* io_buffer_unmap(ctx, slot): from 6.12 on two rings may share a buffer, and the last one frees it. */
AT_ENTRY(uring_unmap_enter, true)
{
	struct io_mapped_ubuf *buffer = (void *)read_u64(a[1]);
	if (bpf_core_field_exists(buffer->refs) && BPF_CORE_READ(buffer, refs.refs.counter) != 1)
		return 0;
	return hold_releases((u64)buffer);
}

/* io_free_rsrc_node(ctx, node): of a buffer or a file, which user space does not know */
AT_ENTRY(uring_node_free_enter, true)
{
	if (!bpf_core_field_exists(((struct io_rsrc_node *)0)->buf))
		return 0;
	struct io_mapped_ubuf *buffer = BPF_CORE_READ((struct io_rsrc_node *)a[1], buf);
	if (BPF_CORE_READ(buffer, refs.refs.counter) != 1)
		return 0;
	return hold_releases((u64)buffer);
}
