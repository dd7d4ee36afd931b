/* SPDX-License-Identifier: Apache-2.0 */
/* ib_umem: what bpf/umem.h does in the kernel, from events. A umem is known by its address, from its return to its release. */
#include "hold.h"
#include "pages.h"
#include "pin.h"
#include "region.h"

#include <stdlib.h>
#include <string.h>

struct live_umem {
	u64 mm, start, length, watched;
};

static struct table live; /* by address */

/* device, start, length, access, comm. From here on every change to these pages counts. */
void umem_enter(struct ftrace *f, const struct ftrace_event *e)
{
	struct ftrace_thread *thread = ftrace_thread(f, e->tid);
	hold_ends(f, e, 0);
	struct umem_record begin = { .region = thread->region, .device = e->value[0], .start = e->value[1],
				     .length = e->value[2], .access = e->value[3] };
	begin.umem = thread->umem = ftrace_identifier(f);
	thread->umem_mm = ftrace_mm(f, e->pid);
	space_is_used(f, e, thread->umem_mm);
	thread->umem_start = begin.start;
	thread->umem_length = begin.length;
	if (thread->region && !thread->region_length) { /* of a driver without a probe of its own */
		thread->region_device = begin.device;
		thread->region_start = thread->region_iova = begin.start;
		thread->region_length = begin.length;
	}
	memcpy(begin.comm, ftrace_text(e, 4), strnlen(ftrace_text(e, 4), sizeof begin.comm - 1));
	region_device(f, e, begin.device);
	ftrace_head(&begin.head, e, RECORD_UMEM_BEGIN, thread->umem_mm);
	ftrace_put(f, &begin, sizeof begin);
	thread->umem_watched = pages_watch(f, e, thread->umem_mm, begin.start, begin.length);
	holds_count_short(f);
}

/* result: a pointer or an error */
void umem_exit(struct ftrace *f, const struct ftrace_event *e)
{
	struct ftrace_thread *thread = ftrace_thread(f, e->tid);
	u64 pointer = e->value[0];
	bool failed = pointer >= -4095ULL;
	struct umem_record end = { .umem = thread->umem, .region = thread->region, .pointer = failed ? 0 : pointer,
				   .error = failed ? (s32)pointer : 0, .start = thread->umem_start,
				   .length = thread->umem_length };
	if (!thread->umem)
		return;
	pin_give_up(f, e, thread->pin);
	ftrace_head(&end.head, e, RECORD_UMEM_END, thread->umem_mm);
	ftrace_put(f, &end, sizeof end);
	if (failed) {
		pages_unwatch(f, thread->umem_mm, thread->umem_start, thread->umem_watched);
	} else {
		struct live_umem *umem = need(sizeof *umem);
		u64 last = pages_end(thread->umem_start, thread->umem_length);
		*umem = (struct live_umem){ thread->umem_mm, thread->umem_start, thread->umem_length,
					    pages_watch_on(e->tid, thread->umem_mm, thread->umem_watched, last, last) };
		free(table_remove(&live, pointer, 0));
		table_put(&live, pointer, 0, umem);
	}
	thread->umem = 0;
}

static void released(struct ftrace *f, const struct ftrace_event *e, u64 pointer)
{
	struct live_umem *umem = table_remove(&live, pointer, 0);
	struct umem_record release = { .pointer = pointer };
	if (!umem)
		return;
	release.start = umem->start;
	release.length = umem->length;
	ftrace_head(&release.head, e, RECORD_UMEM_RELEASE, umem->mm);
	ftrace_put(f, &release, sizeof release);
	pages_unwatch(f, umem->mm, umem->start, umem->watched);
	free(umem);
}

/* Perhaps by another process than the owner. */
void umem_release(struct ftrace *f, const struct ftrace_event *e)
{
	released(f, e, e->value[0]);
}

void umems_are_gone(struct ftrace *f, const struct ftrace_event *e, u64 mm)
{
	u64 *gone = need((live.mask + 1) * sizeof *gone);
	size_t count = 0;
	for (size_t i = 0; live.slots && i <= live.mask; i++) {
		const struct live_umem *umem = live.slots[i].value;
		if (umem && umem->mm == mm)
			gone[count++] = live.slots[i].high;
	}
	while (count)
		released(f, e, gone[--count]);
	free(gone);
}
