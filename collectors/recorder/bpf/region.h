/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Memory regions. Entry probes on the modules' functions serve every kernel; where there is module BTF (6.1 on), programs
 * at their ends add exactness. Both the write() and the ioctl() interface of uverbs end here.
 *
 * A registration has succeeded when rdma_restrack_add() is given the region's entry: the driver has returned and device,
 * pd, lkey and rkey are filled in. When the system call returns with a registration still open, it has failed.
 */
#include "found.h"
#include "hold.h"

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
AT_CALL(register_enter)
{
	struct thread_state *state = recording ? thread_enter() : 0;
	if (!state)
		return 0;
	if (!state->region)
		state->region = new_identifier();
	state->region_device = settings.pd_device < 0 ? 0 : read_u64(a[0] + settings.pd_device);
	show_device(state->region_device);
	struct region_record *begin = region_record(RECORD_REGISTER_BEGIN, state->region);
	if (!begin)
		return 0;
	begin->device = state->region_device;
	begin->start = a[1];
	begin->length = a[2];
	begin->iova = a[3];
	begin->access = (u32)a[4];
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
	struct thread_state *state = recording ? thread_enter() : 0;
	if (state)
		state->region = new_identifier();
	return 0;
}

AT_CALL(register_generic_enter)
{
	return registration_opens();
}

AT_CALL(register_method_enter)
{
	return registration_opens();
}

#define MR_BYTES 96 /* of struct ib_mr, read at once */

/* What is not among them is read by itself; the verifier knows offset, and looks at one of the two. */
__hidden_inline u64 mr_u64(const u64 *words, u64 mr, s32 offset)
{
	return offset <= MR_BYTES - 8 ? *(const u64 *)((const char *)words + offset) : read_u64(mr + offset);
}

__hidden_inline u32 mr_u32(const u64 *words, u64 mr, s32 offset)
{
	return offset <= MR_BYTES - 4 ? *(const u32 *)((const char *)words + offset) : read_u32(mr + offset);
}

__hidden_inline void region_identity(struct region_record *record, u64 mr)
{
	u64 *words = scratch_words();
	record->mr = mr;
	if (!words || bpf_probe_read_kernel(words, MR_BYTES, (void *)mr))
		return;
	if (settings.mr_lkey >= 0)
		record->lkey = mr_u32(words, mr, settings.mr_lkey);
	if (settings.mr_rkey >= 0)
		record->rkey = mr_u32(words, mr, settings.mr_rkey);
	if (settings.mr_iova >= 0)
		record->iova = mr_u64(words, mr, settings.mr_iova);
	if (settings.mr_length >= 0)
		record->length = mr_u64(words, mr, settings.mr_length);
	if (settings.mr_device >= 0)
		record->device = mr_u64(words, mr, settings.mr_device);
}

/* rxe_rereg_user_mr(mr, flags, start, length, iova, access, ...) */
AT_CALL(reregister_enter)
{
	struct thread_state *state = thread_enter();
	if (!state)
		return 0;
	state->reregistered = a[0];
	struct region_record *begin = region_record(RECORD_REREGISTER_BEGIN, 0);
	if (!begin)
		return 0;
	begin->mr = a[0];
	begin->flags = (u32)a[1];
	begin->start = a[2];
	begin->length = a[3];
	begin->iova = a[4];
	begin->access = (u32)a[5];
	submit(begin);
	return 0;
}

AT_CALL(dereg_enter)
{
	struct thread_state *state = thread_enter();
	struct region_record *begin = region_record(RECORD_DEREGISTER_BEGIN, 0);
	if (begin) {
		region_identity(begin, a[0]);
		submit(begin);
	}
	if (!state)
		return 0;
	state->dereg_id = settings.dereg_exit_probed ? a[0] : 0;
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

/* rdma_restrack_add(entry): of a region, if its type says so and the region's device is the one that was asked. */
AT_CALL(restrack_add)
{
	struct thread_state *state = thread_find();
	if (settings.mr_res < 0)
		return 0;
	u64 mr = a[0] - settings.mr_res;
	if (settings.restrack_type >= 0 && read_u32(a[0] + settings.restrack_type) != settings.restrack_mr)
		return 0;
	if (!state || !state->region) /* its registration began before the recording did */
		return recording ? found(mr) : 0;
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

__hidden_inline int verbs_call_ends(s32 result)
{
	struct thread_state *state = thread_find();
	if (!state || !(state->region | state->umem | state->reregistered))
		return 0;
	if (state->hold)
		hold_ends(state, result < 0 ? result : 0);
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
