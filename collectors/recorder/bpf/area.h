/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * The areas (VMAs) of a range, for what-if. The tree is read without its lock, as page tables are; an area that is found
 * is checked against what it says of itself, and one that is missed because the tree changed is not told of.
 */
#ifndef PINTRAIL_AREA_H
#define PINTRAIL_AREA_H

#include "common.h"

#define AREAS_AT_ONCE 32 /* of one umem; what lies behind is not told of */
#define TREE_DEPTH 40    /* 65530 areas in a red-black tree */
#define MAPLE_DEPTH 8
#define MAPLE_RANGE_SLOTS 16
#define IS_KERNEL_ADDRESS(value) ((value) > 0xff00000000000000ULL) /* also with five levels of page tables */
#define S_DAX (1 << 13)
#define BDI_CAP_WRITEBACK 1

/* The first area that ends after address, 0 if none. */
__hidden_inline u64 find_in_rb_tree(u64 mm, u64 address)
{
	u64 node = (u64)BPF_CORE_READ((struct mm_struct *)mm, mm_rb.rb_node), found = 0;
	for (int i = 0; i < TREE_DEPTH && node; i++) {
		struct vm_area_struct *vma = (void *)(node - bpf_core_field_offset(struct vm_area_struct, vm_rb));
		if (BPF_CORE_READ(vma, vm_end) > address) {
			found = (u64)vma;
			node = (u64)BPF_CORE_READ((struct rb_node *)node, rb_left);
		} else {
			node = (u64)BPF_CORE_READ((struct rb_node *)node, rb_right);
		}
	}
	return found;
}

/* A constant for the verifier, which then does not look at the other half: kernels know only one of the trees. */
__hidden_inline bool has_maple_tree(void)
{
	return bpf_core_field_exists(((struct mm_struct *)0)->mm_mt);
}

enum { MAPLE_LEAF = 1, MAPLE_RANGE = 2, MAPLE_ARANGE = 3, MAPLE_ROOT = 2 /* in the lowest bits */ };

#define MAPLE_NODE_BYTES 256
#define NODE_WORD(node, bytes) (node)[(bytes) / 8 % SCRATCH_WORDS]

/*
 * One step down (mtree_range_walk() in lib/maple_tree.c): the slot of address in a node. Node pointers carry their type in
 * bits 3 to 6. A range node has its end in its metadata only when its last pivot is unused.
 */
__shared u64 maple_step(u64 coded, u64 address)
{
	u64 *node = scratch_words();
	if (!has_maple_tree() || !node)
		return 0;
	u64 type = coded >> 3 & 15;
	bool is_arange = type == MAPLE_ARANGE;
	u32 pivots = is_arange ? bpf_core_field_offset(struct maple_arange_64, pivot)
			       : bpf_core_field_offset(struct maple_range_64, pivot);
	u32 slots = is_arange ? bpf_core_field_offset(struct maple_arange_64, slot)
			      : bpf_core_field_offset(struct maple_range_64, slot);
	u32 meta = is_arange ? bpf_core_field_offset(struct maple_arange_64, meta)
			     : bpf_core_field_offset(struct maple_range_64, meta);
	u32 end = MAPLE_RANGE_SLOTS - 1;
	if ((type != MAPLE_LEAF && type != MAPLE_RANGE && !is_arange) ||
	    bpf_probe_read_kernel(node, MAPLE_NODE_BYTES, (void *)(coded & ~255ULL)))
		return 0;
	if (is_arange || !NODE_WORD(node, pivots + (MAPLE_RANGE_SLOTS - 2) * 8))
		end = NODE_WORD(node, meta) >> meta % 8 * 8 & 0xff;
	u32 slot = 0;
	for (u32 i = 0; i < MAPLE_RANGE_SLOTS - 1; i++) {
		if (i >= end)
			break;
		u64 pivot = NODE_WORD(node, pivots + i * 8);
		if (pivot >= address || (i && !pivot))
			break;
		slot = i + 1;
	}
	return NODE_WORD(node, slots + slot * 8);
}

/* The area of address, 0 if none. */
__hidden_inline u64 find_in_maple_tree(u64 mm, u64 address)
{
	u64 entry = (u64)BPF_CORE_READ((struct mm_struct *)mm, mm_mt.ma_root);
	if ((entry & 3) != MAPLE_ROOT)
		return 0; /* a tree of one entry from 0, which is no address space */
	for (int i = 0; i < MAPLE_DEPTH; i++) {
		bool is_leaf = (entry >> 3 & 15) == MAPLE_LEAF;
		if (!IS_KERNEL_ADDRESS(entry))
			return 0;
		entry = maple_step(entry, address);
		if (is_leaf)
			break;
	}
	return IS_KERNEL_ADDRESS(entry) && !(entry & 3) ? entry : 0;
}

__hidden_inline u32 area_traits(struct vm_operations_struct *ops, struct inode *inode)
{
	u32 traits = 0;
	/* vma_needs_dirty_tracking() in mm/mmap.c, without what vm_flags says. */
	if ((ops && (BPF_CORE_READ(ops, page_mkwrite) || BPF_CORE_READ(ops, pfn_mkwrite))) ||
	    (inode && (BPF_CORE_READ(inode, i_sb, s_bdi, capabilities) & BDI_CAP_WRITEBACK)))
		traits |= AREA_WRITES_TOLD;
	if (inode && (BPF_CORE_READ(inode, i_flags) & S_DAX))
		traits |= AREA_DAX;
	return traits;
}

struct area_found {
	u64 start, end; /* 0, 0: none */
	u64 flags, ops, file;
};

/* In the tree as it is. */
__hidden_inline void find_in_tree(u64 mm, u64 address, struct area_found *to)
{
	struct vm_area_struct *vma = (void *)(has_maple_tree() ? find_in_maple_tree(mm, address) : find_in_rb_tree(mm, address));
	u64 start = vma ? BPF_CORE_READ(vma, vm_start) : 0, end = vma ? BPF_CORE_READ(vma, vm_end) : 0;
	if (!vma || (u64)BPF_CORE_READ(vma, vm_mm) != mm || end <= address || start > address)
		return;
	to->start = start;
	to->end = end;
	to->flags = BPF_CORE_READ(vma, vm_flags);
	to->ops = (u64)BPF_CORE_READ(vma, vm_ops);
	to->file = (u64)BPF_CORE_READ(vma, vm_file);
}

static long take_area(struct task_struct *task, struct vm_area_struct *vma, struct area_found *to)
{
	to->start = vma->vm_start;
	to->end = vma->vm_end;
	to->flags = vma->vm_flags;
	to->ops = plain((u64)vma->vm_ops);
	to->file = plain((u64)vma->vm_file);
	return 0;
}

#define ENOENT 2

/* Under the tree's lock if it can be had at once, by what the kernel has for that (5.17): a quarter of the instructions. */
__hidden_inline void find_with_lock(u64 mm, u64 address, struct area_found *to)
{
	long error = bpf_find_vma(bpf_get_current_task_btf(), address, take_area, to, 0);
	if (error && error != -ENOENT)
		find_in_tree(mm, address, to);
}

/* Tells of the area of address, or that there is none. Returns where it ends, 0 when it cannot be read. */
__hidden_inline u64 tell_area(u64 mm, u64 umem, u64 address, const struct area_found *found)
{
	struct area_record *area = reserve(sizeof *area);
	if (!area)
		return 0;
	fill_head(&area->head, RECORD_AREA, mm);
	__builtin_memset((char *)area + sizeof area->head, 0, sizeof *area - sizeof area->head);
	area->umem = umem;
	area->start = address;
	area->end = address + 4096;
	if (found->end) {
		struct file *file = (void *)found->file;
		struct inode *inode = file ? BPF_CORE_READ(file, f_mapping, host) : 0;
		area->is_area = 1;
		area->start = found->start;
		area->end = found->end;
		area->vm_flags = found->flags;
		area->anonymous = !found->ops;
		area->traits = area_traits((void *)found->ops, inode);
		if (inode)
			bpf_probe_read_kernel_str(area->file_system, sizeof area->file_system,
						  BPF_CORE_READ(inode, i_sb, s_type, name));
	}
	u64 end = area->end;
	submit(area);
	return end;
}

#define SHOW_AREAS(suffix, find)                                                                                       \
	__shared u64 show_area##suffix(u64 mm, u64 umem, u64 address)                                                  \
	{                                                                                                              \
		struct area_found found = {};                                                                          \
		find(mm, address, &found);                                                                             \
		return tell_area(mm, umem, address, &found);                                                           \
	}                                                                                                              \
	__hidden_inline void show_areas##suffix(u64 mm, u64 umem, u64 start, u64 end)                                  \
	{                                                                                                              \
		for (int i = 0; i < AREAS_AT_ONCE; i++) {                                                              \
			if (start >= end)                                                                              \
				break;                                                                                 \
			start = show_area##suffix(mm, umem, start);                                                    \
			if (!start)                                                                                    \
				break;                                                                                 \
		}                                                                                                      \
	}

SHOW_AREAS(, find_in_tree)
SHOW_AREAS(_with_lock, find_with_lock) /* of the current process */

#endif
