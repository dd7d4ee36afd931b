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

/* The pagemap of one address space, for the umems of it that follow one another. */
struct source {
	const struct space *space;
	int pagemap;
	const struct meanwhile *meanwhile;
};

static state state_of(u64 entry)
{
	if (entry & PAGEMAP_PRESENT)
		return mapped(entry & PAGEMAP_FRAME);
	return entry & PAGEMAP_SWAPPED ? STATE_ABSENT : STATE_NONE;
}

/*
 * The file belongs to the address space that the process had when it was opened: to the right one if after that nothing
 * is known of an exec or an end before.
 */
static bool open_pagemap(struct recorder *r, struct source *source, const struct space *space)
{
	char path[32];
	if (source->space == space)
		return source->pagemap >= 0;
	if (source->pagemap >= 0)
		close(source->pagemap);
	source->space = space;
	snprintf(path, sizeof path, "/proc/%u/pagemap", space->pid);
	source->pagemap = open(path, O_RDONLY | O_CLOEXEC);
	source->meanwhile->catch_up();
	if (source->pagemap >= 0 && (space->ended || spaces_of_process(&r->spaces, space->pid) != space)) {
		close(source->pagemap);
		source->pagemap = -1;
	}
	return source->pagemap >= 0;
}

/* Returns the page after those written, 0 at the end. */
static u64 write_part(struct recorder *r, const struct umem *umem, u64 page, int pagemap)
{
	u64 entries[CHUNK];
	u64 end = (umem->start + umem->length + PAGE_BYTES - 1) >> PAGE_SHIFT;
	u64 count = end - page < CHUNK ? end - page : CHUNK;
	u64 time = now_ns();
	if (page >= end || pread(pagemap, entries, count * sizeof *entries, page * sizeof *entries) != (s64)(count * sizeof *entries))
		return 0;
	pages_forget(&r->pages);
	ptl_snapshot_runs(r->out, time, umem->space->pid, umem->space->pid, umem->space->asid, page);
	for (u64 i = 0; i < count; i++)
		put_page(r, state_of(entries[i]));
	ptl_end_runs(r->out);
	return page + count;
}

/* The umem may be released, and its address space end, at each look at what has happened. */
static void write_umem(struct recorder *r, u64 kernel_id, struct source *source)
{
	const struct umem *umem = umems_opened(&r->regions, kernel_id);
	u64 page = umem ? umem->start >> PAGE_SHIFT : 0;
	while (umem && page && !umem->space->ended && open_pagemap(r, source, umem->space)) {
		umem = umems_opened(&r->regions, kernel_id);
		page = umem && !umem->space->ended ? write_part(r, umem, page, source->pagemap) : 0;
		source->meanwhile->work();
		umem = umems_opened(&r->regions, kernel_id);
	}
}

void snapshot_write(struct recorder *r, u8 reason, const struct meanwhile *meanwhile)
{
	const struct table *umems = &r->regions.umem_by_kernel_id;
	struct source source = { NULL, -1, meanwhile };
	size_t count = 0;
	meanwhile->catch_up();
	u64 *ids = need((umems->mask + 1) * sizeof *ids);
	for (size_t i = 0; umems->slots && i <= umems->mask; i++) {
		const struct umem *umem = umems->slots[i].value;
		if (umem)
			ids[count++] = umem->kernel_id;
	}
	flush_accesses(r);
	ptl_snapshot_begin(r->out, now_ns(), 0, 0, reason);
	for (size_t i = 0; i < count; i++)
		write_umem(r, ids[i], &source);
	ptl_snapshot_end(r->out, now_ns(), 0, 0);
	if (source.pagemap >= 0)
		close(source.pagemap);
	free(ids);
}
