/* SPDX-License-Identifier: Apache-2.0 */
#include "kprobe_missed.h"

/* kernel/kprobes.c: kprobe_table[1 << 6], hash_ptr() of include/linux/hash.h */
#define BUCKET_BITS 6
#define GOLDEN_RATIO_64 0x61C8864680B583EBULL
#define LONGEST_CHAIN 64
#define MOST_MEMBERS 16
#define ENDBR_BYTES 4 /* which a kprobe leaves alone */

static bool read_word(struct attachment *a, u64 address, u64 *value)
{
	return address >= KERNEL_ADDRESSES && attach_fetch(a, address, value, sizeof *value);
}

/* The list changes under our eyes; what is found there is looked at again whenever it is used. */
static u64 find_at(struct attachment *a, u64 function)
{
	int next = kernel_offset(a->kernel, "kprobe", "hlist"), addr = kernel_offset(a->kernel, "kprobe", "addr");
	u64 table = kernel_symbol(a->kernel, "kprobe_table"), node, at;
	if (next < 0 || addr < 0 || !table)
		return 0;
	u64 address = table + (function * GOLDEN_RATIO_64 >> (64 - BUCKET_BITS)) * sizeof(u64);
	for (int i = 0; i < LONGEST_CHAIN && read_word(a, address, &node) && node; i++) {
		if (read_word(a, node - next + addr, &at) && at == function)
			return node - next;
		address = node; /* hlist_node.next comes first */
	}
	return 0;
}

static void find(struct attachment *a, struct kprobe_at *to, u64 function)
{
	for (u64 skipped = 0; skipped <= ENDBR_BYTES && !to->kprobe; skipped += ENDBR_BYTES) {
		to->function = function + skipped;
		to->kprobe = find_at(a, to->function);
	}
}

static bool read_missed(struct attachment *a, const struct kprobe_at *from, u64 *missed)
{
	int addr = kernel_offset(a->kernel, "kprobe", "addr"), list = kernel_offset(a->kernel, "kprobe", "list"),
	    nmissed = kernel_offset(a->kernel, "kprobe", "nmissed");
	u64 head = from->kprobe + list, member = head, at, count;
	if (!from->kprobe || list < 0 || nmissed < 0 || !read_word(a, from->kprobe + addr, &at) || at != from->function)
		return false;
	/* Where others probe the function too, one kprobe stands for all and lists them: all count, the oldest has most. */
	*missed = 0;
	for (int i = 0; i < MOST_MEMBERS && (!i || member != head); i++) {
		if (!read_word(a, member - list + nmissed, &count) || !read_word(a, member, &member))
			return false;
		*missed = count > *missed ? count : *missed;
	}
	return true;
}

u64 kprobe_missed(struct attachment *a, size_t row)
{
	struct kprobe_at *at = &a->kprobes[row];
	bool first = !at->function;
	u64 count = at->count;
	if (!read_missed(a, at, &count)) {
		at->kprobe = 0;
		find(a, at, kernel_symbol(a->kernel, probes[row].function));
		if (!read_missed(a, at, &count))
			return at->missed;
	}
	/* What others had missed before, and what the oldest takes along when it leaves, is not counted. */
	at->missed += !first && count > at->count ? count - at->count : 0;
	at->count = count;
	return at->missed;
}
