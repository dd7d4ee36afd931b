/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PAGEMAP_PRESENT (1ULL << 63)
#define PAGEMAP_SWAPPED (1ULL << 62)
#define PAGEMAP_FRAME ((1ULL << 55) - 1)
#define CHUNK 4096

static state state_of(u64 entry)
{
	if (entry & PAGEMAP_PRESENT)
		return mapped(entry & PAGEMAP_FRAME);
	return entry & PAGEMAP_SWAPPED ? STATE_ABSENT : STATE_NONE;
}

static void write_umem(struct recorder *r, const struct umem *umem, int pagemap)
{
	u64 entries[CHUNK];
	u64 page = umem->start >> PAGE_SHIFT;
	u64 end = (umem->start + umem->length + PAGE_BYTES - 1) >> PAGE_SHIFT;
	while (page < end) {
		u64 count = end - page < CHUNK ? end - page : CHUNK;
		u64 time = now_ns();
		if (pread(pagemap, entries, count * sizeof *entries, page * sizeof *entries) != (s64)(count * sizeof *entries))
			return;
		pages_forget(&r->pages);
		ptl_snapshot_runs(r->out, time, umem->space->pid, umem->space->pid, umem->space->asid, page);
		for (u64 i = 0; i < count; i++)
			put_page(r, state_of(entries[i]));
		ptl_end_runs(r->out);
		page += count;
	}
}

void snapshot_write(struct recorder *r, u8 reason)
{
	const struct table *umems = &r->regions.umem_by_kernel_id;
	flush_accesses(r);
	ptl_snapshot_begin(r->out, now_ns(), 0, 0, reason);
	for (size_t i = 0; umems->slots && i <= umems->mask; i++) {
		const struct umem *umem = umems->slots[i].value;
		char path[32];
		/* The process may have another address space by now, or be gone. */
		if (!umem || umem->space->ended || spaces_of_process(&r->spaces, umem->space->pid) != umem->space)
			continue;
		snprintf(path, sizeof path, "/proc/%u/pagemap", umem->space->pid);
		int pagemap = open(path, O_RDONLY | O_CLOEXEC);
		if (pagemap < 0)
			continue;
		write_umem(r, umem, pagemap);
		close(pagemap);
	}
	ptl_snapshot_end(r->out, now_ns(), 0, 0);
}
