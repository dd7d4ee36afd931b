/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* ib_umem: the pinned pages of a region, or of a queue. What it covers is in scope while it lives. */
#ifndef PINTRAIL_UMEM_H
#define PINTRAIL_UMEM_H

#include "area.h"
#include "pagetable.h"

/*
 * What each umem counts in the scope, so that just that is subtracted at its end: by its address. Where that is not known
 * (on 5.10 while it is made, and always for drivers other than rxe), by what it covers. Elsewhere the thread that makes it
 * knows, until ib_umem_get() returns.
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

__hidden_inline void add_unnamed(const struct umem_key *key)
{
	u64 none = 0;
	bpf_map_update_elem(&unnamed_umems, key, &none, BPF_NOEXIST);
	u64 *count = bpf_map_lookup_elem(&unnamed_umems, key);
	if (count)
		__sync_fetch_and_add(count, 1);
}

__hidden_inline void umem_count(u64 mm, u64 start, u64 length)
{
	struct umem_key key = { mm, start, length };
	add_unnamed(&key);
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

u64 device_shown; /* the last one: most hosts have one, and this is cheaper than to look it up */

/* Once for each struct ib_device: the bytes in which user space finds its name, with types of ib_core or without. */
__shared int show_device(u64 device)
{
	u8 seen = 1;
	if (!device || device == device_shown)
		return 0;
	device_shown = device;
	if (bpf_map_update_elem(&devices_seen, &device, &seen, BPF_NOEXIST))
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
__hidden_inline int umem_begins(const u64 *a, bool typed)
{
	struct thread_state *state = recording ? thread_enter() : 0;
	if (!state)
		return 0;
	/* Ends that were skipped (recursion_misses) must not make all pins to come look like inner ones, or a holder's. */
	state->pin = state->pin_depth = state->hold = state->hold_identity = 0;
	state->hold_is_pin = state->in_hugetlb_fault = 0;
	state->umem = new_identifier();
	state->umem_mm = current_mm();
	state->umem_start = a[1];
	state->umem_length = a[2];
	struct umem_key key = { state->umem_mm, state->umem_start, state->umem_length };
	if (!settings.umem_exit_probed)
		add_unnamed(&key);
	scope_add(&key, 1);
	show_device(a[0]);
	struct umem_record *begin = umem_record(RECORD_UMEM_BEGIN, state);
	if (begin) {
		begin->device = a[0];
		begin->access = (u32)a[3];
		bpf_get_current_comm(begin->comm, sizeof begin->comm);
		submit(begin);
	}
	u64 end = state->umem_start + state->umem_length, looked_at = marks_looked_at();
	if (typed)
		show_areas_with_lock(state->umem_mm, state->umem, state->umem_start & ~4095ULL, end);
	else
		show_areas(state->umem_mm, state->umem, state->umem_start & ~4095ULL, end);
	if (state->umem_length <= BLOCK_BYTES)
		observe_pages(state->umem_mm, state->umem_start, end, CAUSE_OTHER | CAUSE_BEFORE_PIN);
	else
		observe_range(state->umem_mm, state->umem_start, end, CAUSE_OTHER | CAUSE_BEFORE_PIN);
	state->may_copy = marks_looked_at() != looked_at;
	return 0;
}

SEC("kprobe")
int umem_enter(struct pt_regs *ctx)
{
	u64 a[] = { ctx->di, ctx->si, ctx->dx, ctx->cx };
	return umem_begins(a, false);
}

SEC("fentry")
int umem_enter_typed(void *ctx)
{
	u64 a[] = { ARGUMENT(ctx, 0), ARGUMENT(ctx, 1), ARGUMENT(ctx, 2), ARGUMENT(ctx, 3) };
	return umem_begins(a, true);
}

__hidden_inline void umem_ends(struct thread_state *state, u64 pointer, s32 error)
{
	struct umem_record *end = umem_record(RECORD_UMEM_END, state);
	if (end) {
		end->pointer = pointer;
		end->error = error;
		submit(end);
	}
	struct umem_key key = { state->umem_mm, state->umem_start, state->umem_length };
	bool is_unnamed = !settings.umem_exit_probed;
	if (pointer && !bpf_map_update_elem(&umems, &pointer, &key, BPF_ANY)) {
		if (is_unnamed)
			unname(&key);
	} else if (error) {
		if (!is_unnamed || unname(&key))
			scope_add(&key, -1);
	} else if (!is_unnamed) {
		add_unnamed(&key);
	}
	state->umem = state->may_copy = 0;
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
AT_CALL(umem_follow)
{
	struct thread_state *state = thread_find();
	u64 umem = 0;
	if (!state || !state->umem)
		return 0;
	for (int i = 0; i < DRIVER_MR_WORDS; i++) {
		u64 word = read_u64(a[0] + i * 8);
		if (is_umem(word, state)) {
			umem = word;
			break;
		}
	}
	umem_ends(state, umem, 0);
	return 0;
}

/* ib_umem_release(umem): perhaps by another process than the owner. User space knows which umems it has seen come. */
AT_CALL(umem_release)
{
	u64 umem = a[0];
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
