/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pages that a umem holds, from its scatter list (include/linux/scatterlist.h): entries of page, offset and length,
 * in arrays that are chained by their last entry. It is the list by which the kernel unpins them, so it is the truth,
 * also where an IOMMU has merged the DMA addresses beside it.
 */
#include "recorder.h"

#include <stdlib.h>
#include <string.h>

#define SG_CHAIN 1ULL
#define SG_END 2ULL

/* Without types the place of the list is sought behind what is known of ib_umem. */
#define LIST_AFTER 48

struct reading {
	struct frame_run *runs;
	size_t count, room;
	u64 pages;
};

static void add(struct reading *reading, u64 frame, u64 pages)
{
	struct frame_run *last = reading->count ? &reading->runs[reading->count - 1] : NULL;
	reading->pages += pages;
	if (last && last->frame + last->pages == frame) {
		last->pages += pages;
		return;
	}
	if (reading->count == reading->room) {
		reading->room = reading->room ? reading->room * 2 : 16;
		reading->runs = need_more(reading->runs, reading->room * sizeof *reading->runs);
	}
	reading->runs[reading->count++] = (struct frame_run){ frame, pages };
}

/* Takes one entry. Returns whether it makes sense. */
static bool take_entry(const struct recorder *r, struct reading *reading, u64 link, u32 offset, u32 length, u64 pages)
{
	u64 at = (link & ~3ULL) - r->layout.vmemmap_base;
	u64 count = ((u64)offset + length + PAGE_BYTES - 1) >> PAGE_SHIFT;
	if (at % r->struct_page_bytes || at >> 46 || !length || reading->pages + count > pages)
		return false;
	add(reading, at / r->struct_page_bytes, count);
	return true;
}

/* Follows the list from its first entry until it has told of so many pages. An array does not cross a page. */
static bool read_list(struct recorder *r, u64 address, u64 pages, struct reading *reading)
{
	const struct found *found = &r->found;
	u8 bytes[FETCH_BYTES];
	while (reading->pages < pages) {
		u32 room = FETCH_BYTES - (address & (FETCH_BYTES - 1));
		bool chained = false, last = false;
		if (address < KERNEL_ADDRESSES || address & 7 || !found->fetch(address, bytes, room))
			return false;
		for (u32 at = 0; at + found->sg_bytes <= room && !chained && reading->pages < pages; at += found->sg_bytes) {
			u64 link;
			u32 offset, length;
			memcpy(&link, bytes + at, sizeof link);
			memcpy(&offset, bytes + at + 8, sizeof offset);
			memcpy(&length, bytes + at + found->sg_length, sizeof length);
			chained = link & SG_CHAIN;
			last = link & SG_END;
			if (chained)
				address = link & ~3ULL;
			else if (!take_entry(r, reading, link, offset, length, pages) || (last && reading->pages < pages))
				return false;
		}
		if (!chained)
			break;
	}
	return reading->pages == pages;
}

static bool read_at(struct recorder *r, struct found_region *region, s32 offset, u64 pages)
{
	struct reading reading = {};
	if (read_list(r, region->record.umem_words[offset / 8], pages, &reading)) {
		region->runs = reading.runs;
		region->run_count = reading.count;
		return true;
	}
	free(reading.runs);
	return false;
}

bool found_read_pages(struct recorder *r, struct found_region *region, u64 pages)
{
	struct found *found = &r->found;
	if (found->umem_list >= 0)
		return found->umem_list / 8 < FOUND_UMEM_WORDS && read_at(r, region, found->umem_list, pages);
	for (s32 offset = LIST_AFTER; offset < FOUND_UMEM_WORDS * 8; offset += 8)
		if (read_at(r, region, offset, pages))
			return true;
	return false;
}
