/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* ib_umem: the pinned pages of a region, or of a queue. What it covers is in scope while it lives. */
#ifndef PINTRAIL_UMEM_H
#define PINTRAIL_UMEM_H

#include "area.h"
#include "pagetable.h"

/*
 * What each umem counts in the scope, so that just that is subtracted at its end: by its address. Where that is not known
 * (while it is made, and on 5.10 for drivers other than rxe), by what it covers.
 */
struct umem_key {
	u64 mm, start, length;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 131072);
	__type(key, u64);
	__type(value, struct umem_key);
} umems SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 131072);
	__type(key, struct umem_key);
	__type(value, u64);
} unnamed_umems SEC(".maps");

__hidden_inline void scope_add(const struct umem_key *key, int delta)
{
	count_scope(key->mm, key->start & ~4095ULL, key->start + key->length, delta);
}

__hidden_inline void umem_count(u64 mm, u64 start, u64 length)
{
	struct umem_key key = { mm, start, length };
	u64 none = 0;
	bpf_map_update_elem(&unnamed_umems, &key, &none, BPF_NOEXIST);
	u64 *count = bpf_map_lookup_elem(&unnamed_umems, &key);
	if (count)
		__sync_fetch_and_add(count, 1);
	scope_add(&key, 1);
}

/* Takes one off the unnamed ones; false when there is none. */
__hidden_inline bool unname(const struct umem_key *key)
{
	u64 *count = bpf_map_lookup_elem(&unnamed_umems, key);
	if (!count || !*count)
		return false;
	__sync_fetch_and_add(count, -1);
	if (!*count)
		bpf_map_delete_elem(&unnamed_umems, key);
	return true;
}

/* A umem that was counted has an address now. */
__hidden_inline void umem_name(u64 pointer, u64 mm, u64 start, u64 length)
{
	struct umem_key key = { mm, start, length };
	if (!bpf_map_update_elem(&umems, &pointer, &key, BPF_ANY))
		unname(&key);
}

/* A umem from before the recording; once, however often it is found. */
__hidden_inline void umem_count_found(u64 pointer, u64 mm, u64 start, u64 length)
{
	struct umem_key key = { mm, start, length };
	if (!bpf_map_update_elem(&umems, &pointer, &key, BPF_NOEXIST))
		scope_add(&key, 1);
}

/* Nothing for a umem that was not counted. pointer 0: it was never made. */
__hidden_inline void umem_uncount(u64 pointer, u64 mm, u64 start, u64 length)
{
	struct umem_key key = { mm, start, length };
	struct umem_key *counted = pointer ? bpf_map_lookup_elem(&umems, &pointer) : 0;
	if (counted) {
		key = *counted;
		bpf_map_delete_elem(&umems, &pointer);
	} else if (!unname(&key)) {
		return;
	}
	scope_add(&key, -1);
}

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, u64);
	__type(value, u8);
} devices_seen SEC(".maps");

/* Once for each struct ib_device: the bytes in which user space finds its name, with types of ib_core or without. */
__shared int show_device(u64 device)
{
	u8 seen = 1;
	if (!device || bpf_map_update_elem(&devices_seen, &device, &seen, BPF_NOEXIST))
		return 0;
	struct device_record *record = reserve(sizeof *record);
	if (!record)
		return 0;
	fill_head(&record->head, RECORD_DEVICE, 0);
	record->device = device;
	if (bpf_probe_read_kernel(record->bytes, sizeof record->bytes, (void *)device))
		record->bytes[0] = 0;
	submit(record);
	return 0;
}

__hidden_inline struct umem_record *umem_record(u32 kind, struct thread_state *state)
{
	struct umem_record *record = reserve(sizeof *record);
	if (!record)
		return 0;
	fill_head(&record->head, kind, state->umem_mm);
	__builtin_memset((char *)record + sizeof record->head, 0, sizeof *record - sizeof record->head);
	record->umem = state->umem;
	record->region = state->region;
	record->start = state->umem_start;
	record->length = state->umem_length;
	return record;
}

/* ib_umem_get(device, address, size, access). From here on every change to these pages counts. */
SEC("kprobe")
int umem_enter(struct pt_regs *ctx)
{
	struct thread_state *state = recording ? thread_enter() : 0;
	if (!state)
		return 0;
	state->umem = new_identifier();
	state->umem_mm = current_mm();
	state->umem_start = ctx->si;
	state->umem_length = ctx->dx;
	umem_count(state->umem_mm, state->umem_start, state->umem_length);
	show_device(ctx->di);
	struct umem_record *begin = umem_record(RECORD_UMEM_BEGIN, state);
	if (begin) {
		begin->device = ctx->di;
		begin->access = (u32)ctx->cx;
		bpf_get_current_comm(begin->comm, sizeof begin->comm);
		submit(begin);
	}
	u64 end = state->umem_start + state->umem_length;
	show_areas(state->umem_mm, state->umem, state->umem_start & ~4095ULL, end);
	if (state->umem_length <= BLOCK_BYTES)
		observe_pages(state->umem_mm, state->umem_start, end, CAUSE_OTHER | CAUSE_BEFORE_PIN);
	else
		observe_range(state->umem_mm, state->umem_start, end, CAUSE_OTHER | CAUSE_BEFORE_PIN);
	return 0;
}

__hidden_inline void umem_ends(struct thread_state *state, u64 pointer, s32 error)
{
	struct umem_record *end = umem_record(RECORD_UMEM_END, state);
	if (end) {
		end->pointer = pointer;
		end->error = error;
		submit(end);
	}
	if (pointer)
		umem_name(pointer, state->umem_mm, state->umem_start, state->umem_length);
	else if (error)
		umem_uncount(0, state->umem_mm, state->umem_start, state->umem_length);
	state->umem = 0;
	thread_leave(state);
}

AT_VERBS_END(umem_exit, 4)
{
	/* device, address, size, access, result */
	struct thread_state *state = thread_find();
	if (!state || !state->umem)
		return 0;
	bool failed = result >= -4095ULL;
	umem_ends(state, failed ? 0 : result, failed ? (s32)result : 0);
	return 0;
}

/* Whether this is the ib_umem that the thread has just been given. */
__hidden_inline bool is_umem(u64 pointer, struct thread_state *state)
{
	return pointer >= KERNEL_ADDRESSES && settings.umem_mm >= 0 &&
	       read_u64(pointer + settings.umem_mm) == state->umem_mm &&
	       read_u64(pointer + settings.umem_address) == state->umem_start &&
	       read_u64(pointer + settings.umem_length) == state->umem_length;
}

#define DRIVER_MR_WORDS 64

/*
 * 5.10: what rxe calls after ib_umem_get() has succeeded, with its own structure, rxe_mem_alloc(mem, pages). The umem is
 * in there; without types of rdma_rxe it is known by what it points at.
 */
SEC("kprobe")
int umem_follow(struct pt_regs *ctx)
{
	struct thread_state *state = thread_find();
	u64 umem = 0;
	if (!state || !state->umem)
		return 0;
	for (int i = 0; i < DRIVER_MR_WORDS; i++) {
		u64 word = read_u64(ctx->di + i * 8);
		if (is_umem(word, state)) {
			umem = word;
			break;
		}
	}
	umem_ends(state, umem, 0);
	return 0;
}

/* ib_umem_release(umem): perhaps by another process than the owner. User space knows which umems it has seen come. */
SEC("kprobe")
int umem_release(struct pt_regs *ctx)
{
	u64 umem = ctx->di;
	if (!umem || settings.umem_mm < 0)
		return 0;
	u64 mm = read_u64(umem + settings.umem_mm);
	u64 start = read_u64(umem + settings.umem_address);
	u64 length = read_u64(umem + settings.umem_length);
	umem_uncount(umem, mm, start, length);
	struct umem_record *release = reserve(sizeof *release);
	if (!release)
		return 0;
	fill_head(&release->head, RECORD_UMEM_RELEASE, mm);
	__builtin_memset((char *)release + sizeof release->head, 0, sizeof *release - sizeof release->head);
	release->pointer = umem;
	release->start = start;
	release->length = length;
	submit(release);
	return 0;
}

#endif
