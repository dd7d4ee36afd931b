/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Page table pages that processes share (zap.h), taken from one of them otherwise than by a zap, or given to it: its next
 * fault there may bring one that others have filled (huge_pmd_share() in mm/hugetlb.c). An entry that is empty in a shared
 * table may be filled by any of them, which nothing here tells of: src/handle_memory.c.
 */
#include "zap.h"

__hidden_inline int observe_gig_of(u64 mm, u64 address, u32 cause)
{
	u64 start = address & ~(GIG_BYTES - 1);
	return observe_range(mm, start, start + GIG_BYTES, cause);
}

/* Inlined: the functions that read a range leave no further call to be had, of the eight that the verifier allows. */
__hidden_inline int table_is_unshared(u64 mm, u64 address)
{
	u64 start = address & ~(GIG_BYTES - 1);
	if (!space_in_scope(mm) || space_is_ending(mm))
		return 0;
	zap_begins(mm, start, start + GIG_BYTES, 0);
	return observe_gig_of(mm, start, CAUSE_ZAP);
}

/* (tlb or mm, vma, address, entry); the result says whether the table was shared. */
AT_END(unshare_exit, 4)
{
	return (u8)result ? table_is_unshared(vma_mm(a[1]), a[2]) : 0;
}

/* (vma, start, end): all of an area's tables, as of the gigabyte in which it is cut in two. */
AT_END(unshare_range_exit, 3)
{
	u64 mm = vma_mm(a[0]), start = a[1] & ~(GIG_BYTES - 1);
	if (!space_in_scope(mm) || a[2] <= a[1])
		return 0;
	return observe_range(mm, start, ((a[2] - 1) | (GIG_BYTES - 1)) + 1, CAUSE_ZAP);
}

/* Until 5.19 the address was a pointer, and afterwards what it points at is 2 MiB before the gigabyte's end. */
AT_END(unshare_moving_exit, 4)
{
	u64 address = read_u64(a[2]), mm = vma_mm(a[1]);
	if (!(u8)result)
		return 0;
	table_is_unshared(mm, address);
	/* Of an address at a gigabyte's start: it is before that start then. */
	return address >> GIG_SHIFT == (address + BLOCK_BYTES) >> GIG_SHIFT ? 0 : table_is_unshared(mm, address + BLOCK_BYTES);
}

/* (mm, vma, address, entry above) */
AT_END(share_exit, 4)
{
	return space_in_scope(a[0]) ? observe_gig_of(a[0], a[2], CAUSE_OTHER) : 0;
}

/* Until 5.12: (mm, address, entry above) */
AT_END(share_mm_exit, 3)
{
	return space_in_scope(a[0]) ? observe_gig_of(a[0], a[1], CAUSE_OTHER) : 0;
}
