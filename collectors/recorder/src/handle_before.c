/* SPDX-License-Identifier: Apache-2.0 */
/* What a umem's range was right before it was pinned: areas, and the entries of the page table. */
#include "recorder.h"

#include <stdlib.h>
#include <string.h>

#define VM_PFNMAP 0x00000400
#define VM_MAYSHARE 0x00000080
#define VM_IO 0x00004000
#define VM_HUGETLB 0x00400000
#define VM_HUGEPAGE 0x20000000
#define VM_NOHUGEPAGE 0x40000000
#define ENTRY_WRITABLE 2
#define GIG_SHIFT 30
#define LEVEL_PAGES(level) (1ULL << 9 * (level))

/* Documentation/admin-guide/mm/transhuge.rst; the choice is the one in brackets. Looked up once a second at most. */
static bool huge_pages_are_for(struct recorder *r, u64 time, u64 vm_flags)
{
	if (!r->thp_read || time - r->thp_read > 1000000000) {
		char *enabled = read_text("/sys/kernel/mm/transparent_hugepage/enabled");
		r->thp_always = enabled && strstr(enabled, "[always]");
		r->thp_madvise = enabled && strstr(enabled, "[madvise]");
		r->thp_read = time;
		free(enabled);
	}
	return !(vm_flags & VM_NOHUGEPAGE) && (r->thp_always || (r->thp_madvise && (vm_flags & VM_HUGEPAGE)));
}

static u8 backing_of(const struct area_record *area)
{
	if (!area->is_area)
		return PTL_NO_AREA;
	if (area->vm_flags & (VM_IO | VM_PFNMAP))
		return PTL_OTHER_BACKING;
	if (area->vm_flags & VM_HUGETLB)
		return PTL_HUGETLB;
	if (area->anonymous)
		return PTL_ANONYMOUS;
	if (!*area->file_system || !strcmp(area->file_system, "secretmem"))
		return PTL_OTHER_BACKING;
	return strcmp(area->file_system, "tmpfs") ? PTL_FILE : PTL_SHMEM;
}

/* Those of the area's whole gigabytes that the umem is in (want_pmd_share() in mm/hugetlb.c). */
static void note_shareable(struct recorder *r, const struct umem *umem, const struct area_record *area)
{
	u64 first = (area->start + (1ULL << GIG_SHIFT) - 1) >> GIG_SHIFT, end = area->end >> GIG_SHIFT;
	if (!area->is_area || !(area->vm_flags & VM_HUGETLB) || !(area->vm_flags & VM_MAYSHARE))
		return;
	for (u64 gig = first; gig < end; gig++)
		if ((gig + 1) << GIG_SHIFT > umem->start && gig << GIG_SHIFT < umem->start + umem->length)
			table_put(&r->shareable, umem->space->asid, gig, r);
}

void handle_area(struct recorder *r, const struct record *record)
{
	const struct area_record *area = (const void *)record;
	struct umem *umem = umems_opened(&r->regions, area->umem);
	struct ptl_area_info info = {
		.umem = umem ? umem->id : 0,
		.page = area->start >> PAGE_SHIFT,
		.pages = (area->end - area->start) >> PAGE_SHIFT,
		.vm_flags = area->vm_flags,
		.backing = backing_of(area),
		.traits = (area->traits & AREA_WRITES_TOLD ? PTL_TELLS_WRITES : 0) | (area->traits & AREA_DAX ? PTL_DAX : 0),
		.file_system = area->file_system,
	};
	if (info.backing == PTL_ANONYMOUS && huge_pages_are_for(r, record->time, area->vm_flags))
		info.traits |= PTL_HUGE_PAGES;
	if (!umem)
		return;
	note_shareable(r, umem, area);
	ptl_area(r->out, record->time, record->pid, record->tid, &info);
}

static bool bit(const u64 *words, u32 i)
{
	return words[i / 64] >> i % 64 & 1;
}

static u8 entry_flags(u64 value, state s, bool small, bool exclusive, bool sole)
{
	u8 size = small ? PTL_SMALL : 0;
	if ((s & 3) != STATE_MAPPED)
		return 0;
	if (value & ENTRY_WRITABLE)
		return size | PTL_WRITABLE;
	return size | (exclusive ? PTL_EXCLUSIVE : 0) | (sole ? PTL_SOLE : 0);
}

/* A record of entries: of a page table page, of a slice of one, or a single entry for many pages. */
struct entries {
	const u64 *value; /* NULL: the one of the record */
	const struct table_marks *marks;
	u64 page;
	u32 count;
};

static struct entries entries_of(const struct record *record)
{
	const struct entry_record *entry = (const void *)record;
	const struct table_record *table = (const void *)record;
	const struct slice_record *slice = (const void *)record;
	u64 page = entry->address >> PAGE_SHIFT;
	if (record->kind == RECORD_TABLE)
		return (struct entries){ table->entries, &table->marks, page, TABLE_ENTRIES };
	if (record->kind == RECORD_SLICE)
		return (struct entries){ slice->entries, &slice->marks, page, SLICE_ENTRIES };
	if (!entry->level)
		return (struct entries){ &entry->entry, NULL, page, 1 };
	return (struct entries){ NULL, NULL, page, BLOCK_PAGES };
}

void handle_before(struct recorder *r, const struct record *record)
{
	const struct entry_record *entry = (const void *)record;
	const struct entries entries = entries_of(record);
	struct umem *umem = umems_opened(&r->regions, entry->umem);
	if (!umem)
		return;
	u64 first = umem->start >> PAGE_SHIFT, end = (umem->start + umem->length + PAGE_BYTES - 1) >> PAGE_SHIFT;
	u64 page = first > entries.page ? first : entries.page;
	u64 stop = end < entries.page + entries.count ? end : entries.page + entries.count;
	state huge = entries.value ? STATE_UNKNOWN : pages_decode(&r->pages, entry->entry, entry->level);
	u64 base = entries.page & ~(LEVEL_PAGES(entry->level) - 1);
	int open = -1;
	for (; page < stop; page++) {
		u32 i = page % TABLE_ENTRIES;
		u64 value = entries.value ? entries.value[page - entries.page] : entry->entry;
		state s = entries.value		    ? pages_decode(&r->pages, value, 0)
			  : (huge & 3) == STATE_MAPPED ? mapped(frame_of(huge) + page - base)
						       : huge;
		bool exclusive = entries.marks ? bit(entries.marks->exclusive, i) : entry->marks & MARK_EXCLUSIVE;
		bool sole = entries.marks ? bit(entries.marks->sole, i) : entry->marks & MARK_SOLE;
		u8 flags = !entries.value && huge == STATE_NONE ? PTL_NO_TABLE : entry_flags(value, s, entries.value, exclusive, sole);
		if (flags != open) {
			if (open >= 0)
				ptl_end_runs(r->out);
			ptl_before_runs(r->out, record->time, record->pid, record->tid, umem->id, flags, page);
			open = flags;
		}
		put_page(r, s);
	}
	if (open >= 0)
		ptl_end_runs(r->out);
}
