/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Memory regions and their umems. Entry probes on the modules' functions serve every kernel; where there is module BTF
 * (6.1 on), fexit programs add exact ends. Both the write() and the ioctl() interface of uverbs end here.
 *
 * A registration has succeeded when rdma_restrack_add() is given the region's entry: the driver has returned and device,
 * pd, lkey and rkey are filled in. When the system call returns with a registration still open, it has failed.
 */
#include "pagetable.h"

/* Regions that are pinned, so that only what was counted at its start is subtracted at its end. */
struct umem_key {
	u64 mm, start, length;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 131072);
	__type(key, struct umem_key);
	__type(value, u64);
} umems SEC(".maps");

__hidden_inline void umem_count(u64 mm, u64 start, u64 length)
{
	struct umem_key key = { mm, start, length };
	u64 none = 0;
	bpf_map_update_elem(&umems, &key, &none, BPF_NOEXIST);
	u64 *count = bpf_map_lookup_elem(&umems, &key);
	if (count)
		__sync_fetch_and_add(count, 1);
	count_scope(mm, start & ~4095ULL, start + length, 1);
}

/* Nothing for a umem from before the recording, or one that was not counted. */
__hidden_inline void umem_uncount(u64 mm, u64 start, u64 length)
{
	struct umem_key key = { mm, start, length };
	u64 *count = bpf_map_lookup_elem(&umems, &key);
	if (!count || !*count)
		return;
	__sync_fetch_and_add(count, -1);
	if (!*count)
		bpf_map_delete_elem(&umems, &key);
	count_scope(mm, start & ~4095ULL, start + length, -1);
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

__hidden_inline struct region_record *region_record(u32 kind, u64 region)
{
	struct region_record *record = reserve(sizeof *record);
	if (!record)
		return 0;
	fill_head(&record->head, kind, current_mm());
	__builtin_memset((char *)record + sizeof record->head, 0, sizeof *record - sizeof record->head);
	record->region = region;
	return record;
}

/* rxe_reg_user_mr(pd, start, length, iova, access, ...) */
SEC("kprobe")
int register_enter(struct pt_regs *ctx)
{
	struct thread_state *state = thread_enter();
	if (!state)
		return 0;
	if (!state->region)
		state->region = new_identifier();
	state->region_device = settings.pd_device < 0 ? 0 : read_u64(ctx->di + settings.pd_device);
	show_device(state->region_device);
	struct region_record *begin = region_record(RECORD_REGISTER_BEGIN, state->region);
	if (!begin)
		return 0;
	begin->device = state->region_device;
	begin->start = ctx->si;
	begin->length = ctx->dx;
	begin->iova = ctx->cx;
	begin->access = (u32)ctx->r8;
	begin->method = 1;
	bpf_get_current_comm(begin->comm, sizeof begin->comm);
	submit(begin);
	return 0;
}

/*
 * Any driver: the handlers of the system call (one function for write() and the older ioctl(), one for the newer). What
 * the driver's own probe does not tell, start, length and access, is then taken from the umem.
 */
__hidden_inline int registration_opens(void)
{
	struct thread_state *state = thread_enter();
	if (state)
		state->region = new_identifier();
	return 0;
}

SEC("kprobe")
int register_generic_enter(struct pt_regs *ctx)
{
	return registration_opens();
}

SEC("kprobe")
int register_method_enter(struct pt_regs *ctx)
{
	return registration_opens();
}

__hidden_inline void region_identity(struct region_record *record, u64 mr)
{
	record->mr = mr;
	if (settings.mr_lkey >= 0)
		record->lkey = read_u32(mr + settings.mr_lkey);
	if (settings.mr_rkey >= 0)
		record->rkey = read_u32(mr + settings.mr_rkey);
	if (settings.mr_iova >= 0)
		record->iova = read_u64(mr + settings.mr_iova);
	if (settings.mr_length >= 0)
		record->length = read_u64(mr + settings.mr_length);
	if (settings.mr_device >= 0)
		record->device = read_u64(mr + settings.mr_device);
}

/* rxe_rereg_user_mr(mr, flags, start, length, iova, access, ...) */
SEC("kprobe")
int reregister_enter(struct pt_regs *ctx)
{
	struct thread_state *state = thread_enter();
	if (!state)
		return 0;
	state->reregistered = ctx->di;
	struct region_record *begin = region_record(RECORD_REREGISTER_BEGIN, 0);
	if (!begin)
		return 0;
	begin->mr = ctx->di;
	begin->flags = (u32)ctx->si;
	begin->start = ctx->dx;
	begin->length = ctx->cx;
	begin->iova = ctx->r8;
	begin->access = (u32)ctx->r9;
	submit(begin);
	return 0;
}

SEC("kprobe")
int dereg_enter(struct pt_regs *ctx)
{
	struct thread_state *state = thread_enter();
	struct region_record *begin = region_record(RECORD_DEREGISTER_BEGIN, 0);
	if (begin) {
		begin->mr = ctx->di;
		submit(begin);
	}
	if (!state)
		return 0;
	state->dereg_id = settings.dereg_exit_probed ? ctx->di : 0;
	thread_leave(state);
	return 0;
}

AT_VERBS_END(dereg_exit, 2)
{
	/* mr, udata, result */
	struct thread_state *state = thread_find();
	struct region_record *end = region_record(RECORD_DEREGISTER_END, 0);
	if (end) {
		end->error = (s32)result;
		submit(end);
	}
	if (state) {
		state->dereg_id = 0;
		thread_leave(state);
	}
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
	struct thread_state *state = thread_enter();
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
	observe_range(state->umem_mm, state->umem_start, state->umem_start + state->umem_length, CAUSE_OTHER);
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
	if (error)
		umem_uncount(state->umem_mm, state->umem_start, state->umem_length);
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
	return pointer > 0xffff800000000000ULL && settings.umem_mm >= 0 &&
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

/* rdma_restrack_add(entry): of a region, if its type says so and the region's device is the one that was asked. */
SEC("kprobe")
int restrack_add(struct pt_regs *ctx)
{
	struct thread_state *state = thread_find();
	if (!state || !state->region || settings.mr_res < 0)
		return 0;
	u64 mr = ctx->di - settings.mr_res;
	if (settings.restrack_type >= 0 && read_u32(ctx->di + settings.restrack_type) != settings.restrack_mr)
		return 0;
	if (state->region_device && settings.mr_device >= 0 && read_u64(mr + settings.mr_device) != state->region_device)
		return 0;
	if (state->umem)
		umem_ends(state, 0, 0);
	struct region_record *end = region_record(RECORD_REGISTER_END, state->region);
	if (end) {
		region_identity(end, mr);
		submit(end);
	}
	state->region = state->region_device = 0;
	thread_leave(state);
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
	umem_uncount(mm, start, length);
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

__hidden_inline int verbs_call_ends(s32 result)
{
	struct thread_state *state = thread_find();
	if (!state || !(state->region | state->umem | state->reregistered))
		return 0;
	if (state->umem)
		umem_ends(state, 0, result < 0 ? result : 0);
	state = thread_find();
	if (!state)
		return 0;
	if (state->region) {
		struct region_record *end = region_record(RECORD_REGISTER_END, state->region);
		if (end) {
			end->error = result < 0 ? result : -1;
			submit(end);
		}
		state->region = state->region_device = 0;
	}
	if (state->reregistered) {
		struct region_record *end = region_record(RECORD_REREGISTER_END, 0);
		if (end) {
			region_identity(end, state->reregistered);
			end->error = result < 0 ? result : 0;
			submit(end);
		}
		state->reregistered = 0;
	}
	thread_leave(state);
	return 0;
}

AT_VERBS_END(ioctl_exit, 1)
{
	return verbs_call_ends((s32)result);
}

AT_VERBS_END(write_exit, 3)
{
	return verbs_call_ends((s32)result);
}
