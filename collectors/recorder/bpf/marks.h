/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * What a page table does not say of anonymous pages that must not be written: whether the kernel would copy them. From
 * 5.19 on a page that is exclusive is not copied; otherwise one that nothing else refers to is not (do_wp_page()).
 */
#ifndef PINTRAIL_MARKS_H
#define PINTRAIL_MARKS_H

#include "common.h"

#define ENTRY_PRESENT 0x001ULL
#define ENTRY_WRITABLE 0x002ULL
#define ENTRY_FRAME 0x000ffffffffff000ULL
#define MAPPING_KIND 3
#define MAPPING_ANONYMOUS 1 /* 3 is KSM */

/* Filled and read within one program, which nothing interrupts that fills it too. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct table_marks);
} block_marks SEC(".maps");

__hidden_inline struct table_marks *marks_of_block(void)
{
	u32 zero = 0;
	return bpf_map_lookup_elem(&block_marks, &zero);
}

/* MARK_* of the page that an entry of any level maps. */
__hidden_inline u32 page_marks(u64 entry)
{
	if (!(entry & ENTRY_PRESENT) || (entry & ENTRY_WRITABLE))
		return 0;
	u64 frame = (entry & ENTRY_FRAME & layout.physical_mask) >> 12;
	u64 page = layout.vmemmap_base + frame * settings.struct_page_bytes;
	u64 words[2] = {}; /* flags, compound_head */
	if (bpf_probe_read_kernel(words, sizeof words, (void *)page))
		return 0;
	struct page *head = (void *)(words[1] & 1 ? words[1] - 1 : page);
	if (((u64)BPF_CORE_READ(head, mapping) & MAPPING_KIND) != MAPPING_ANONYMOUS)
		return 0;
	u32 marks = 0;
	if (bpf_core_enum_value_exists(enum pageflags, PG_anon_exclusive) &&
	    (words[0] >> bpf_core_enum_value(enum pageflags, PG_anon_exclusive) & 1))
		marks |= MARK_EXCLUSIVE;
	int references = BPF_CORE_READ(head, _refcount.counter);
	bool on_its_way = settings.drains_before_copy && !(words[0] >> bpf_core_enum_value(enum pageflags, PG_lru) & 1);
	if (references == 1 || (references == 2 && on_its_way))
		marks |= MARK_SOLE;
	return marks;
}

/* Of one entry of a page table page. A global function, which the verifier walks through once and not for each entry. */
__shared int mark_entry(u64 table, u32 index)
{
	struct table_marks *marks = marks_of_block();
	index &= TABLE_ENTRIES - 1;
	if (!marks)
		return 0;
	u32 found = page_marks(read_u64(table + (u64)index * 8));
	u64 bit = 1ULL << (index & 63);
	marks->exclusive[index / 64] &= ~bit;
	marks->sole[index / 64] &= ~bit;
	if (found & MARK_EXCLUSIVE)
		marks->exclusive[index / 64] |= bit;
	if (found & MARK_SOLE)
		marks->sole[index / 64] |= bit;
	return 0;
}

/* Those of count entries from first on; table may be 0. */
__hidden_inline void mark_entries(u64 table, u32 first, u32 count, struct table_marks *to)
{
	struct table_marks *marks = marks_of_block();
	if (table)
		for (u32 i = 0; i < count; i++)
			mark_entry(table, first + i);
	if (marks)
		__builtin_memcpy(to, marks, sizeof *to);
}

#endif
