/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Who else holds pins for long: io_uring's buffers, vfio's mappings, and whoever calls the GUP family with FOLL_LONGTERM
 * outside of these. What is held is in scope like a umem, and tells of its pins like one; at most one is made by a
 * thread at a time.
 */
#ifndef PINTRAIL_HOLD_H
#define PINTRAIL_HOLD_H

#include "umem.h"

#define METHOD_IO_URING 3
#define METHOD_VFIO 4
#define METHOD_VMSPLICE 5
#define METHOD_PIN 7

#define MAY_WRITE 1 /* IB_ACCESS_LOCAL_WRITE */

/* What is held, by identity, so that its end finds what its start has counted. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 131072);
	__type(key, u64);
	__type(value, struct umem_key);
} holds SEC(".maps");

/* Pin calls with a region of their own that are held. User space counts down, because it is it that finds their end. */
u32 own_pins;

__hidden_inline struct hold_record *hold_record(u32 kind, u64 mm, u64 hold)
{
	struct hold_record *record = reserve(sizeof *record);
	if (!record)
		return 0;
	fill_head(&record->head, kind, mm);
	__builtin_memset((char *)record + sizeof record->head, 0, sizeof *record - sizeof record->head);
	record->hold = hold;
	return record;
}

/* The umem_* fields of state say what; from here on every change to these pages counts. */
__hidden_inline struct hold_record *hold_begins(struct thread_state *state, u32 method, u64 identity)
{
	state->umem = state->hold = new_identifier();
	state->hold_identity = identity;
	umem_count(state->umem_mm, state->umem_start, state->umem_length);
	struct hold_record *begin = hold_record(RECORD_HOLD_BEGIN, state->umem_mm, state->hold);
	if (!begin)
		return 0;
	begin->identity = identity;
	begin->start = state->umem_start;
	begin->length = state->umem_length;
	begin->method = method;
	bpf_get_current_comm(begin->comm, sizeof begin->comm);
	return begin;
}

/*
 * A hold of the current thread's memory by what the identity names; 1 if it is one. kind: the method, and MAY_WRITE << 8.
 * A function of its own, because of the verifier's 512 bytes of stack for all: the caller goes on to read the page table.
 */
__shared int hold_opens(u64 start, u64 length, u64 iova, u64 identity, u32 kind)
{
	struct thread_state *state = thread_enter();
	if (!state || state->umem)
		return 0;
	state->umem_mm = current_mm();
	state->umem_start = start;
	state->umem_length = length;
	struct hold_record *begin = hold_begins(state, kind & 0xff, identity);
	if (begin) {
		begin->iova = iova;
		begin->access = kind >> 8;
		submit(begin);
	}
	return 1;
}

/* error: 0 or -errno. */
__hidden_inline void hold_ends(struct thread_state *state, s32 error)
{
	u64 identity = state->hold_identity;
	struct umem_key key = { state->umem_mm, state->umem_start, state->umem_length };
	if (error)
		umem_uncount(0, key.mm, key.start, key.length);
	else if (identity && bpf_map_update_elem(&holds, &identity, &key, BPF_ANY))
		note_lost();
	struct hold_record *end = hold_record(RECORD_HOLD_END, key.mm, state->hold);
	if (end) {
		end->identity = identity;
		end->error = error;
		submit(end);
	}
	state->umem = state->hold = state->hold_identity = 0;
	state->hold_is_pin = 0;
}

/* Perhaps by another process than the owner, or by a thread of the kernel. */
__shared int hold_releases(u64 identity)
{
	struct umem_key *key = identity ? bpf_map_lookup_elem(&holds, &identity) : 0;
	u64 mm = key ? key->mm : 0;
	if (key) {
		umem_uncount(0, key->mm, key->start, key->length);
		bpf_map_delete_elem(&holds, &identity);
	}
	struct hold_record *release = hold_record(RECORD_HOLD_RELEASE, mm, 0);
	if (release) {
		release->identity = identity;
		submit(release);
	}
	return 0;
}

#endif
