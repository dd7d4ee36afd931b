/* SPDX-License-Identifier: Apache-2.0 */
#include "pages.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PRESENT 0x001ULL
#define HUGE 0x080ULL
#define PROTNONE 0x100ULL
#define SPECIAL 0x200ULL
#define ACCESSED_DIRTY 0x060ULL
#define FRAME 0x000ffffffffff000ULL

/* Documentation/admin-guide/mm/pagemap.rst */
enum {
	KPF_ANON = 12, KPF_SWAPBACKED = 14, KPF_HEAD = 15, KPF_TAIL = 16, KPF_HUGE = 17, KPF_NOPAGE = 20, KPF_KSM = 21,
	KPF_THP = 22, KPF_ZERO = 24, KPF_LRU = 5, KPF_MMAP = 11,
};

#define HUGE_PAGES 512

/* A page that was only ever read maps the zero page: that is its frame, whatever the kernel calls it. */
static u64 find_zero_frame(void)
{
	volatile char *page = mmap(NULL, PAGE_BYTES, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	u64 entry = 0;
	if (page == MAP_FAILED)
		return 0;
	(void)*page;
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (pagemap < 0 || pread(pagemap, &entry, sizeof entry, (uintptr_t)page / PAGE_BYTES * sizeof entry) != sizeof entry)
		entry = 0;
	close(pagemap);
	munmap((void *)page, PAGE_BYTES);
	return entry & ((1ULL << 55) - 1);
}

/*
 * 6.9 to 6.14: /proc/kpageflags says KSM of every anonymous page (stable_page_flags() in fs/proc/page.c tests one of the two
 * bits that make KSM). This page of our own is not merged.
 */
static bool ksm_is_told_of_all(int kpageflags)
{
	u64 entry = 0, flags = 0;
	volatile char *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return false;
	*page = 1;
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (pagemap >= 0 && pread(pagemap, &entry, sizeof entry, (uintptr_t)page / PAGE_BYTES * sizeof entry) == sizeof entry &&
	    pread(kpageflags, &flags, sizeof flags, (entry & ((1ULL << 55) - 1)) * sizeof flags) != sizeof flags)
		flags = 0;
	close(pagemap);
	munmap((void *)page, PAGE_BYTES);
	return flags >> KPF_KSM & 1;
}

void pages_open(struct pages *pages, u64 physical_mask)
{
	pages->kpageflags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	pages->ksm_is_told_of_all = ksm_is_told_of_all(pages->kpageflags);
	pages->zero_frame = find_zero_frame();
	pages->physical_mask = physical_mask;
	if (!pages->zero_frame)
		die("/proc/self/pagemap shows no frames; recording needs CAP_SYS_ADMIN");
}

state pages_decode(const struct pages *pages, u64 entry, u32 level)
{
	if (!(entry & ~ACCESSED_DIRTY))
		return STATE_NONE;
	/* A huge page that is being split keeps only the HUGE bit (pmd_present() in arch/x86/include/asm/pgtable.h). */
	u64 present = PRESENT | PROTNONE | (level ? HUGE : 0);
	if (!(entry & present))
		return STATE_ABSENT;
	/* Entries without PRESENT have their frame inverted, against L1TF (pgtable-invert.h). */
	u64 address = (entry & PRESENT ? entry : ~entry) & FRAME & pages->physical_mask;
	if (level)
		address &= ~((1ULL << (12 + 9 * level)) - 1);
	/* Memory of a device (VM_PFNMAP), which pagemap shows as a hole: walk_page_test() in mm/pagewalk.c. */
	if (!level && (entry & SPECIAL) && address >> PAGE_SHIFT != pages->zero_frame)
		return STATE_NONE;
	return mapped(address >> PAGE_SHIFT);
}

void pages_forget(struct pages *pages)
{
	pages->flags_count = 0;
	pages->last_frame = 0;
	pages->huge_first = 0;
}

/* Frames that follow one another are asked for together. */
static u64 flags_of(struct pages *pages, u64 frame)
{
	if (frame - pages->flags_first >= pages->flags_count) {
		size_t want = frame == pages->last_frame + 1 ? FLAGS_AHEAD : 1;
		ssize_t got = pread(pages->kpageflags, pages->flags, want * sizeof(u64), frame * sizeof(u64));
		pages->flags_first = frame;
		pages->flags_count = got > 0 ? got / sizeof(u64) : 0;
		if (!pages->flags_count)
			return 1ULL << KPF_NOPAGE;
	}
	pages->last_frame = frame;
	return pages->flags[frame - pages->flags_first];
}

static bool has(u64 flags, int bit)
{
	return flags >> bit & 1;
}

/* Whether the frame is in a compound page of 2 MiB: head, then only tails. */
static bool is_pmd_sized(struct pages *pages, u64 frame)
{
	u64 flags[HUGE_PAGES];
	u64 first = frame & ~(HUGE_PAGES - 1ULL);
	if (first == pages->huge_first)
		return true;
	if (pread(pages->kpageflags, flags, sizeof flags, first * sizeof *flags) != sizeof flags || !has(flags[0], KPF_HEAD))
		return false;
	for (int i = 1; i < HUGE_PAGES; i++)
		if (!has(flags[i], KPF_TAIL))
			return false;
	pages->huge_first = first;
	return true;
}

u8 pages_kind(struct pages *pages, u64 frame)
{
	if (frame == pages->zero_frame)
		return KIND_ZERO;
	u64 flags = flags_of(pages, frame);
	if (has(flags, KPF_NOPAGE))
		return KIND_OTHER;
	if (has(flags, KPF_ZERO))
		return has(flags, KPF_THP) ? KIND_HUGE_ZERO : KIND_ZERO;
	if (has(flags, KPF_HUGE))
		return KIND_HUGETLB;
	if (has(flags, KPF_KSM) && !pages->ksm_is_told_of_all)
		return KIND_KSM;
	bool huge = has(flags, KPF_THP) && is_pmd_sized(pages, frame);
	if (has(flags, KPF_ANON))
		return huge ? KIND_ANONYMOUS_THP : KIND_ANONYMOUS;
	if (huge)
		return KIND_FILE_THP;
	if (has(flags, KPF_SWAPBACKED))
		return KIND_SHMEM;
	return has(flags, KPF_LRU) || has(flags, KPF_MMAP) ? KIND_FILE : KIND_OTHER;
}
