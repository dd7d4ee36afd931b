/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * What a page table does not say of anonymous pages that must not be written: whether the kernel would copy them. From
 * 5.19 on a page that is exclusive is not copied; otherwise one that nothing else refers to is not (do_wp_page()), nor,
 * before 5.19, a huge page that nothing else maps.
 */
#ifndef PINTRAIL_MARKS_H
#define PINTRAIL_MARKS_H

#include "common.h"

#define ENTRY_PRESENT 0x001ULL
#define ENTRY_WRITABLE 0x002ULL
#define ENTRY_PROTNONE 0x100ULL /* where PRESENT is not set: a page nevertheless, as NUMA balancing leaves it */
#define MAPS_PAGE (ENTRY_PRESENT | ENTRY_PROTNONE)
#define ENTRY_FRAME 0x000ffffffffff000ULL
#define MAPPING_KIND 3
#define MAPPING_ANONYMOUS 1 /* 3 is KSM */

struct block_marks {
	struct table_marks marks;
	u64 looked_at; /* pages that a store would have to ask for, so far */
};

/* Filled and read within one program, which nothing interrupts that fills it too. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct block_marks);
} block_marks SEC(".maps");

__hidden_inline struct block_marks *marks_of_block(void)
{
	u32 zero = 0;
	return bpf_map_lookup_elem(&block_marks, &zero);
}

__hidden_inline u64 marks_looked_at(void)
{
	const struct block_marks *block = marks_of_block();
	return block ? block->looked_at : 0;
}

/* Whether no other entry maps the page: what 5.19 then keeps a flag for. */
__hidden_inline bool is_mapped_once(u64 page, u64 head, bool compound)
{
	int others = BPF_CORE_READ((struct page *)page, _mapcount.counter);
	if (compound && bpf_core_field_exists(((struct page *)0)->compound_mapcount)) {
		struct page *second = (void *)(head + settings.struct_page_bytes);
		others += BPF_CORE_READ(second, compound_mapcount.counter) + 1;
	}
	return !others;
}

/* MARK_* of the page that an entry of any level maps. */
__hidden_inline u32 page_marks(u64 entry)
{
	if (!(entry & MAPS_PAGE) || (entry & ENTRY_WRITABLE))
		return 0;
	/* pte_pfn(): such entries have the bits of their frame inverted. */
	u64 frame = ((entry & ENTRY_PRESENT ? entry : ~entry) & ENTRY_FRAME & layout.physical_mask) >> 12;
	u64 page = layout.vmemmap_base + frame * settings.struct_page_bytes;
	u64 words[2] = {}; /* flags, compound_head */
	if (bpf_probe_read_kernel(words, sizeof words, (void *)page))
		return 0;
	struct page *head = (void *)(words[1] & 1 ? words[1] - 1 : page);
	if (((u64)BPF_CORE_READ(head, mapping) & MAPPING_KIND) != MAPPING_ANONYMOUS)
		return 0;
	struct block_marks *block = marks_of_block();
	if (block)
		block->looked_at++;
	u32 marks = 0;
	bool compound = (words[1] & 1) || (words[0] >> bpf_core_enum_value(enum pageflags, PG_head) & 1);
	if (bpf_core_enum_value_exists(enum pageflags, PG_anon_exclusive)) {
		if (words[0] >> bpf_core_enum_value(enum pageflags, PG_anon_exclusive) & 1)
			marks |= MARK_EXCLUSIVE;
	} else if (is_mapped_once(page, (u64)head, compound)) {
		marks |= MARK_EXCLUSIVE;
	}
	int references = BPF_CORE_READ(head, _refcount.counter);
	/* A huge page of hugetlb is never on the LRU, and nothing is drained for it. */
	bool on_its_way = settings.drains_before_copy && !compound &&
			  !(words[0] >> bpf_core_enum_value(enum pageflags, PG_lru) & 1);
	if (references == 1 || (references == 2 && on_its_way))
		marks |= MARK_SOLE;
	return marks;
}

/* Of the entry of that index in its page table page. A global function, which the verifier walks through once. */
__shared int mark_entry(u64 entry, u32 index)
{
	struct block_marks *block = marks_of_block();
	index &= TABLE_ENTRIES - 1;
	if (!block)
		return 0;
	struct table_marks *marks = &block->marks;
	u32 found = page_marks(entry);
	u64 bit = 1ULL << (index & 63);
	marks->exclusive[index / 64] &= ~bit;
	marks->sole[index / 64] &= ~bit;
	if (found & MARK_EXCLUSIVE)
		marks->exclusive[index / 64] |= bit;
	if (found & MARK_SOLE)
		marks->sole[index / 64] |= bit;
	return 0;
}

#define WRITABLE_PAGE (ENTRY_PRESENT | ENTRY_WRITABLE)

/*
 * Those of count entries, the first of which is number first of its page table page. Most ranges can be written, or nothing
 * is mapped there: of eight such entries the bits that all have, or that any has, say so. User space does not look at their
 * marks either.
 */
__hidden_inline void mark_entries(const u64 *entries, u32 first, u32 count, struct table_marks *to)
{
	struct block_marks *block = marks_of_block();
#pragma clang loop unroll(disable)
	for (u32 i = 0; i < count; i += 8) {
		const u64 *e = entries + i;
		u64 all = e[0] & e[1] & e[2] & e[3] & e[4] & e[5] & e[6] & e[7];
		u64 any = e[0] | e[1] | e[2] | e[3] | e[4] | e[5] | e[6] | e[7];
		if ((all & WRITABLE_PAGE) == WRITABLE_PAGE || !(any & MAPS_PAGE))
			continue;
#pragma clang loop unroll(disable)
		for (u32 j = 0; j < 8; j++)
			mark_entry(e[j], first + i + j);
	}
	if (block)
		__builtin_memcpy(to, &block->marks, sizeof *to);
}

#endif
