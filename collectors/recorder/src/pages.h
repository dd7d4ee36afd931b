/* SPDX-License-Identifier: Apache-2.0 */
/* Page table entries as page states, and what kind of page a frame is. */
#ifndef PINTRAIL_PAGES_H
#define PINTRAIL_PAGES_H

#include "base.h"

/* What an address maps. 0: not known; else one of the shapes below, for MAPPED with the frame. */
typedef u64 state;
enum { STATE_UNKNOWN = 0, STATE_NONE = 1, STATE_ABSENT = 2, STATE_MAPPED = 3 };

static inline state mapped(u64 frame)
{
	return frame << 2 | STATE_MAPPED;
}

static inline u64 frame_of(state s)
{
	return s >> 2;
}

/* Kinds of docs/trace-format.md. */
enum page_kind {
	KIND_UNKNOWN, KIND_ANONYMOUS, KIND_ZERO, KIND_HUGE_ZERO, KIND_FILE, KIND_SHMEM, KIND_HUGETLB, KIND_ANONYMOUS_THP,
	KIND_FILE_THP, KIND_KSM, KIND_OTHER,
};

#define FLAGS_AHEAD 128

struct pages {
	int kpageflags;
	bool ksm_is_told_of_all;
	u64 flags[FLAGS_AHEAD]; /* of frames from flags_first on, while one record is handled */
	u64 flags_first, flags_count, last_frame;
	u64 huge_first; /* 2 MiB that were found to be one page, 0: none */
	u64 zero_frame;
	u64 physical_mask;
};

void pages_open(struct pages *pages, u64 physical_mask);

/* One past the last page of a range of bytes. */
static inline u64 pages_end(u64 start, u64 length)
{
	return (start + length + PAGE_BYTES - 1) >> PAGE_SHIFT;
}

/* The state of an entry: level 0 of a page, 1 to 4 of a huge page or a hole. frame is of the entry's first page. */
state pages_decode(const struct pages *pages, u64 entry, u32 level);

/* What was read of frames' flags is old now. */
void pages_forget(struct pages *pages);

/* The kind of a frame now; right while the page is pinned, a good guess soon after it was seen otherwise. */
u8 pages_kind(struct pages *pages, u64 frame);

#endif
