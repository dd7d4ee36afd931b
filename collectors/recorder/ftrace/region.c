/* SPDX-License-Identifier: Apache-2.0 */
/* Memory regions: what bpf/region.h does in the kernel, from events. */
#include "region.h"

#include "ask.h"
#include "thread.h"

#include <string.h>

void region_device(struct ftrace *f, const struct ftrace_event *e, u64 device)
{
	static struct table shown;
	static struct device_record record;
	u64 words[PEEK_AT_ONCE][PEEK_WORDS], addresses[PEEK_AT_ONCE];
	if (!device || table_get(&shown, device, 0))
		return;
	table_put(&shown, device, 0, &shown);
	for (u32 at = 0; at < DEVICE_BYTES; at += sizeof words) {
		for (int i = 0; i < PEEK_AT_ONCE; i++)
			addresses[i] = device + at + i * sizeof *words;
		if (ftrace_peek(f, addresses, PEEK_AT_ONCE, words))
			memcpy(record.bytes + at, words, sizeof words);
	}
	ftrace_head(&record.head, e, RECORD_DEVICE, 0);
	record.device = device;
	ftrace_put(f, &record, sizeof record);
}

static void put_region(struct ftrace *f, const struct ftrace_event *e, u32 kind, struct region_record *record)
{
	u64 mm = ftrace_mm(f, e->pid);
	if (kind == RECORD_REGISTER_BEGIN)
		space_is_used(f, e, mm);
	ftrace_head(&record->head, e, kind, mm);
	ftrace_put(f, record, sizeof *record);
}

/* device, start, length, iova, access, comm */
void register_enter(struct ftrace *f, const struct ftrace_event *e)
{
	struct ftrace_thread *thread = ftrace_thread(f, e->tid);
	struct region_record begin = {};
	if (!thread->region)
		thread->region = ftrace_identifier(f);
	region_device(f, e, e->value[0]);
	begin.region = thread->region;
	begin.device = thread->region_device = e->value[0];
	begin.start = thread->region_start = e->value[1];
	begin.length = thread->region_length = e->value[2];
	begin.iova = thread->region_iova = e->value[3];
	begin.access = e->value[4];
	memcpy(begin.comm, ftrace_text(e, 5), strnlen(ftrace_text(e, 5), sizeof begin.comm - 1));
	put_region(f, e, RECORD_REGISTER_BEGIN, &begin);
}

/* Any driver: what its own probe does not tell is taken from the umem. */
void register_generic_enter(struct ftrace *f, const struct ftrace_event *e)
{
	struct ftrace_thread *thread = ftrace_thread(f, e->tid);
	thread->region = ftrace_identifier(f);
	thread->region_device = thread->region_length = 0;
}

/* If its umem has not ended, events are missing, and so would its pages be. */
static void register_ends(struct ftrace *f, const struct ftrace_event *e, struct region_record *end)
{
	struct ftrace_thread *thread = ftrace_thread(f, e->tid);
	end->region = thread->region;
	if (!thread->umem)
		put_region(f, e, RECORD_REGISTER_END, end);
	thread->region = 0;
}

/* struct ib_mr: device, pd, lkey and rkey, iova, length (include/rdma/ib_verbs.h, from 5.8 on); then more, then res. */
enum { MR_DEVICE = 0, MR_KEYS = 2, MR_IOVA = 3, MR_LENGTH = 4, MR_WORDS };

/*
 * rdma_restrack_add(entry), with the words before the entry: of the region that is being registered, if there is a struct
 * ib_mr with its device and length in them.
 */
void restrack_add(struct ftrace *f, const struct ftrace_event *e)
{
	struct ftrace_thread *thread = ftrace_thread(f, e->tid);
	const u64 *words = &e->value[1];
	u32 count = e->values - 1;
	if (!thread->region || !thread->region_length)
		return;
	for (u32 i = 0; i + MR_WORDS <= count; i++) {
		const u64 *mr = words + i;
		if (mr[MR_DEVICE] != thread->region_device || mr[MR_LENGTH] != thread->region_length)
			continue;
		struct region_record end = {
			.mr = e->value[0] - (count - i) * 8,
			.device = mr[MR_DEVICE],
			.iova = mr[MR_IOVA],
			.length = mr[MR_LENGTH],
			.lkey = mr[MR_KEYS],
			.rkey = mr[MR_KEYS] >> 32,
		};
		register_ends(f, e, &end);
		return;
	}
}

/* The verb returns: a registration that is still open has failed. */
void register_exit(struct ftrace *f, const struct ftrace_event *e)
{
	struct region_record end = { .error = (s32)e->value[0] < 0 ? (s32)e->value[0] : -1 };
	if (ftrace_thread(f, e->tid)->region)
		register_ends(f, e, &end);
}

/* mr, flags, start, length, iova, access */
void reregister_enter(struct ftrace *f, const struct ftrace_event *e)
{
	struct region_record begin = {
		.mr = e->value[0], .flags = e->value[1], .start = e->value[2],
		.length = e->value[3], .iova = e->value[4], .access = e->value[5],
	};
	ftrace_thread(f, e->tid)->reregistered = begin.mr;
	put_region(f, e, RECORD_REREGISTER_BEGIN, &begin);
}

/* result; and the words of struct ib_mr from the keys on, as the driver has left them */
void reregister_exit(struct ftrace *f, const struct ftrace_event *e)
{
	struct ftrace_thread *thread = ftrace_thread(f, e->tid);
	s64 result = e->value[0]; /* NULL, a new struct ib_mr, or an error */
	struct region_record end = { .mr = thread->reregistered, .lkey = e->value[1], .rkey = e->value[1] >> 32 };
	if (!thread->reregistered)
		return;
	end.error = result < 0 && result >= -4095 ? result : 0;
	thread->reregistered = 0;
	put_region(f, e, RECORD_REREGISTER_END, &end);
}

void dereg_enter(struct ftrace *f, const struct ftrace_event *e)
{
	struct region_record begin = { .mr = e->value[0] };
	put_region(f, e, RECORD_DEREGISTER_BEGIN, &begin);
}

void dereg_exit(struct ftrace *f, const struct ftrace_event *e)
{
	struct region_record end = { .error = (s32)e->value[0] };
	put_region(f, e, RECORD_DEREGISTER_END, &end);
}

/* rxe's data path: mr, iova, length, direction (0 to the region, 1 from it) */
void copy_enter(struct ftrace *f, const struct ftrace_event *e)
{
	struct access_record access = {
		.mr = e->value[0], .iova = e->value[1], .length = (u32)e->value[2], .writes = (u32)e->value[3] == 0,
	};
	ftrace_head(&access.head, e, RECORD_ACCESS, 0);
	if (access.length)
		ftrace_put(f, &access, sizeof access);
}

/* mr, iova */
void atomic_enter(struct ftrace *f, const struct ftrace_event *e)
{
	struct access_record access = { .mr = e->value[0], .iova = e->value[1], .length = 8, .writes = 1 };
	ftrace_head(&access.head, e, RECORD_ACCESS, 0);
	ftrace_put(f, &access, sizeof access);
}
