/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Reads the page table as it is. The time is taken first and the entries after, so that of two readings of a page the
 * one with the later time is right, in whatever order they arrive (docs/trace-format.md, section 3).
 *
 * Page table pages are freed through RCU, and tracing programs run inside an RCU read section; a table that was taken
 * away while it was read is noticed because its parent entry has changed.
 */
#ifndef PINTRAIL_PAGETABLE_H
#define PINTRAIL_PAGETABLE_H

#include "call.h"
#include "marks.h"
#include "scope.h"

#define ENTRY_HUGE 0x080ULL
#define ENTRY_ERRATUM 0x060ULL /* accessed and dirty may be set in an empty entry */
#define READ_AGAIN 4

struct position {
	u64 entry;   /* at level */
	u64 address; /* of that entry in the kernel */
	u32 level;   /* 4 PGD, 3 P4D, 2 PUD, 1 PMD; 1 with table != 0: a page table page */
	u64 table;   /* kernel address of the page table page, 0 if there is none */
};

__hidden_inline u64 table_address(u64 entry)
{
	return (entry & ENTRY_FRAME & layout.physical_mask) + layout.page_offset_base;
}

__hidden_inline bool leads_on(u64 entry)
{
	return (entry & ENTRY_PRESENT) && !(entry & ENTRY_HUGE);
}

__hidden_inline void walk(u64 mm, u64 va, struct position *at)
{
	u64 table = (u64)BPF_CORE_READ((struct mm_struct *)mm, pgd);
	at->table = 0;
	if (settings.five_levels) {
		at->level = 4;
		at->address = table + ((va >> 48) & 511) * 8;
		at->entry = read_u64(at->address);
		if (!leads_on(at->entry))
			return;
		table = table_address(at->entry);
	}
	at->level = 3;
	at->address = table + ((va >> 39) & 511) * 8;
	at->entry = read_u64(at->address);
	if (!leads_on(at->entry))
		return;
	at->level = 2;
	at->address = table_address(at->entry) + ((va >> 30) & 511) * 8;
	at->entry = read_u64(at->address);
	if (!leads_on(at->entry))
		return;
	at->level = 1;
	at->address = table_address(at->entry) + ((va >> 21) & 511) * 8;
	at->entry = read_u64(at->address);
	if (leads_on(at->entry))
		at->table = table_address(at->entry);
}

__hidden_inline void fill_entry(struct entry_record *record, u32 kind, u64 mm, u64 va, u32 cause, struct position *at)
{
	record->address = va & ~(BLOCK_BYTES - 1);
	record->entry = at->entry;
	record->level = at->level;
	record->cause = cause;
	record->umem = 0;
	record->marks = 0;
	if (cause & CAUSE_BEFORE_PIN) {
		struct thread_state *state = thread_find();
		record->umem = state ? state->umem : 0;
		record->marks = at->table ? 0 : page_marks(at->entry);
		fill_no_call(&record->call); /* a registration is not what has changed these pages */
		return;
	}
	fill_call(&record->call);
}

/* Entries of the page table page of va; without one, the record becomes an entry's. */
__hidden_inline void read_entries(struct entry_record *record, u32 kind, u64 mm, u64 va, u32 cause, struct position *at,
				  u64 *entries, u32 first, u32 bytes)
{
	for (int i = 0; i < READ_AGAIN; i++) {
		fill_head(&record->head, kind, mm);
		walk(mm, va, at);
		if (!at->table) {
			record->head.kind = RECORD_ENTRY;
			break;
		}
		bpf_probe_read_kernel(entries, bytes, (void *)(at->table + (u64)first * 8));
		if (!((read_u64(at->address) ^ at->entry) & (ENTRY_FRAME | ENTRY_PRESENT | ENTRY_HUGE)))
			break;
	}
	fill_entry(record, kind, mm, va, cause, at);
}

/* One record of the 2 MiB block of va, or of the larger hole or page it is in. */
__shared int observe_block(u64 mm, u64 va, u32 cause)
{
	struct position at = {};
	struct entry_record *entry = reserve_bulk(sizeof *entry);
	if (!entry)
		return 0;
	note_change(mm);
	fill_head(&entry->head, RECORD_ENTRY, mm);
	walk(mm, va, &at);
	if (!at.table) {
		fill_entry(entry, RECORD_ENTRY, mm, va, cause, &at);
		submit(entry);
		return 0;
	}
	bpf_ringbuf_discard(entry, BPF_RB_NO_WAKEUP);

	struct table_record *table = reserve_bulk(sizeof *table);
	if (!table)
		return 0;
	read_entries(&table->at, RECORD_TABLE, mm, va, cause, &at, table->entries, 0, sizeof table->entries);
	if ((cause & CAUSE_BEFORE_PIN) && at.table)
		mark_entries(table->entries, 0, TABLE_ENTRIES, &table->marks);
	submit(table);
	return 0;
}

/* The same of SLICE_ENTRIES pages of the block: from start on, or those before its end. */
__shared int observe_slice(u64 mm, u64 start, u32 cause)
{
	struct position at = {};
	u32 first = (start >> 12) & 511;
	struct slice_record *slice = reserve_bulk(sizeof *slice);
	if (!slice)
		return 0;
	note_change(mm);
	if (first > TABLE_ENTRIES - SLICE_ENTRIES)
		first = TABLE_ENTRIES - SLICE_ENTRIES;
	read_entries(&slice->at, RECORD_SLICE, mm, start, cause, &at, slice->entries, first, sizeof slice->entries);
	if ((cause & CAUSE_BEFORE_PIN) && at.table)
		mark_entries(slice->entries, first, SLICE_ENTRIES, &slice->marks);
	if (at.table)
		slice->at.address = (start & ~(BLOCK_BYTES - 1)) + ((u64)first << 12);
	submit(slice);
	return 0;
}

/* The same of one page. */
__shared int observe_single(u64 mm, u64 va, u32 cause)
{
	struct position at = {};
	u64 value = 0;
	struct entry_record *entry = reserve_bulk(sizeof *entry);
	if (!entry)
		return 0;
	note_change(mm);
	read_entries(entry, RECORD_ENTRY, mm, va, cause, &at, &value, (va >> 12) & 511, sizeof value);
	if (at.table) {
		entry->address = va & ~4095ULL;
		entry->entry = value;
		entry->level = 0;
		entry->marks = cause & CAUSE_BEFORE_PIN ? page_marks(value) : 0;
	}
	submit(entry);
	return 0;
}

/* The same once more, of a page that a pin may copy and is about to ask for; of no other. */
__shared int observe_again(u64 mm, u64 va)
{
	struct position at = {};
	walk(mm, va, &at);
	u64 value = at.table ? read_u64(at.table + ((va >> 12) & 511) * 8) : at.entry;
	return (value & ENTRY_PRESENT) && !(value & ENTRY_WRITABLE) ? observe_single(mm, va, CAUSE_OTHER | CAUSE_BEFORE_PIN) : 0;
}

/* [start, end) is within a block. */
__hidden_inline void observe_part(u64 mm, u64 start, u64 end, u32 cause)
{
	if ((end - 1) >> 12 == start >> 12)
		observe_single(mm, start, cause);
	else if (((end - 1) >> 12) - (start >> 12) < SLICE_ENTRIES)
		observe_slice(mm, start, cause);
	else
		observe_block(mm, start, cause);
}

/* One record of the page at va, where only that page can have changed. False if it is not a small page mapped alone. */
__hidden_inline bool observe_page(u64 mm, u64 va, u32 cause)
{
	struct position at = {};
	struct entry_record *entry = reserve_bulk(sizeof *entry);
	if (!entry)
		return true;
	note_change(mm);
	fill_head(&entry->head, RECORD_ENTRY, mm);
	walk(mm, va, &at);
	if (at.table) {
		u64 value = read_u64(at.table + ((va >> 12) & 511) * 8);
		u64 frame = (value & ENTRY_FRAME & layout.physical_mask) >> 12;
		u64 page = layout.vmemmap_base + frame * settings.struct_page_bytes;
		u64 words[2] = {};
		if ((value & ENTRY_PRESENT) && !bpf_probe_read_kernel(words, sizeof words, (void *)page) &&
		    !(words[1] & 1) && !(words[0] >> bpf_core_enum_value(enum pageflags, PG_head) & 1)) {
			fill_entry(entry, RECORD_ENTRY, mm, va, cause, &at);
			entry->address = va & ~4095ULL;
			entry->entry = value;
			entry->level = 0;
			submit(entry);
			return true;
		}
	}
	bpf_ringbuf_discard(entry, BPF_RB_NO_WAKEUP);
	return false;
}

/* The block of address, and that of the page before end if it is the next one: for what is at most 2 MiB. */
__shared int observe_near(u64 mm, u64 address, u64 end, u32 cause)
{
	if (block_in_scope(mm, address))
		observe_block(mm, address, cause);
	if (((end - 1) ^ address) >> BLOCK_SHIFT && block_in_scope(mm, end - 1))
		observe_block(mm, end - 1, cause);
	return 0;
}

/* The pages of [start, end), at most 2 MiB, which are in scope. */
__shared int observe_pages(u64 mm, u64 start, u64 end, u32 cause)
{
	u64 next = (start | (BLOCK_BYTES - 1)) + 1;
	observe_part(mm, start, end < next ? end : next, cause);
	if (end > next)
		observe_part(mm, next, end, cause);
	return 0;
}

/*
 * A range of up to RANGE_BYTES (seven whole spans, and parts at its ends), by gigabytes, slabs of 128 MiB and strips of 16 MiB: the loops are nested and short because the
 * verifier walks through every round of a loop, and global functions, because it walks through each of those once.
 * For more than that user space has the blocks read again.
 */
#define ROUNDS 8
#define STRIP_BYTES (ROUNDS * BLOCK_BYTES)
#define SLAB_BYTES (ROUNDS * STRIP_BYTES)
#define SPAN_BYTES (ROUNDS * GIG_BYTES)
#define EVERY_BLOCK 0x100 /* beside the cause: all blocks are in scope, none need be looked up */

#define OBSERVE_PIECES(name, piece_bytes, observe_piece)                                                               \
	__shared int name(u64 mm, u64 start, u64 end, u32 cause)                                                       \
	{                                                                                                              \
		for (int i = 0; i < ROUNDS; i++) {                                                                     \
			if (start >= end)                                                                              \
				break;                                                                                 \
			u64 next = (start | (piece_bytes - 1)) + 1;                                                    \
			observe_piece(mm, start, next < end ? next : end, cause);                                      \
			start = next;                                                                                  \
		}                                                                                                      \
		return 0;                                                                                              \
	}

__hidden_inline void observe_if_in_scope(u64 mm, u64 start, u64 end, u32 cause)
{
	if ((cause & EVERY_BLOCK) || block_is_counted(mm, start))
		observe_block(mm, start, cause & ~EVERY_BLOCK);
}

OBSERVE_PIECES(observe_strip, BLOCK_BYTES, observe_if_in_scope)
OBSERVE_PIECES(observe_slab, STRIP_BYTES, observe_strip)
OBSERVE_PIECES(observe_gig, SLAB_BYTES, observe_slab)

__hidden_inline void observe_gig_if_in_scope(u64 mm, u64 start, u64 end, u32 cause)
{
	if (gig_is_covered(mm, start))
		cause |= EVERY_BLOCK;
	if ((cause & EVERY_BLOCK) || gig_is_touched(mm, start))
		observe_gig(mm, start, end, cause);
}

OBSERVE_PIECES(observe_span, GIG_BYTES, observe_gig_if_in_scope)
OBSERVE_PIECES(observe_spans, SPAN_BYTES, observe_span)

__hidden_inline int observe_range(u64 mm, u64 start, u64 end, u32 cause)
{
	return observe_spans(mm, start, end, space_is_covered(mm) ? cause | EVERY_BLOCK : cause);
}

#endif
