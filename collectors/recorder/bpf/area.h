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

/*
 * One step down (mtree_range_walk() in lib/maple_tree.c): the slot of address in a node. Node pointers carry their type in
 * bits 3 to 6. A range node has its end in its metadata only when its last pivot is unused.
 */
__shared u64 maple_step(u64 coded, u64 address)
{
	if (!has_maple_tree())
		return 0;
	u64 node = coded & ~255ULL, type = coded >> 3 & 15;
	bool is_arange = type == MAPLE_ARANGE;
	u64 pivots = node + (is_arange ? bpf_core_field_offset(struct maple_arange_64, pivot)
				       : bpf_core_field_offset(struct maple_range_64, pivot));
	u64 slots = node + (is_arange ? bpf_core_field_offset(struct maple_arange_64, slot)
				      : bpf_core_field_offset(struct maple_range_64, slot));
	u64 meta = node + (is_arange ? bpf_core_field_offset(struct maple_arange_64, meta)
				     : bpf_core_field_offset(struct maple_range_64, meta));
	u8 end = MAPLE_RANGE_SLOTS - 1;
	if (type != MAPLE_LEAF && type != MAPLE_RANGE && !is_arange)
		return 0;
	if (is_arange || !read_u64(pivots + (MAPLE_RANGE_SLOTS - 2) * 8))
		bpf_probe_read_kernel(&end, sizeof end, (void *)meta);
	u32 slot = 0;
	for (u32 i = 0; i < MAPLE_RANGE_SLOTS - 1; i++) {
		if (i >= end)
			break;
		u64 pivot = read_u64(pivots + i * 8);
		if (pivot >= address || (i && !pivot))
			break;
		slot = i + 1;
	}
	return read_u64(slots + slot * 8);
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

__hidden_inline u32 area_traits(struct vm_area_struct *vma, struct inode *inode)
{
	u32 traits = 0;
	/* vma_needs_dirty_tracking() in mm/mmap.c, without what vm_flags says. */
	if (BPF_CORE_READ(vma, vm_ops, page_mkwrite) || BPF_CORE_READ(vma, vm_ops, pfn_mkwrite) ||
	    (inode && (BPF_CORE_READ(inode, i_sb, s_bdi, capabilities) & BDI_CAP_WRITEBACK)))
		traits |= AREA_WRITES_TOLD;
	if (inode && (BPF_CORE_READ(inode, i_flags) & S_DAX))
		traits |= AREA_DAX;
	return traits;
}

/* Tells of the area of start, or that there is none. Returns where it ends, 0 when it cannot be read. */
__shared u64 show_area(u64 mm, u64 umem, u64 start)
{
	struct vm_area_struct *vma = (void *)(has_maple_tree() ? find_in_maple_tree(mm, start) : find_in_rb_tree(mm, start));
	struct area_record *area = reserve(sizeof *area);
	if (!area)
		return 0;
	fill_head(&area->head, RECORD_AREA, mm);
	__builtin_memset((char *)area + sizeof area->head, 0, sizeof *area - sizeof area->head);
	area->umem = umem;
	area->start = start;
	area->end = start + 4096;
	if (vma && (u64)BPF_CORE_READ(vma, vm_mm) == mm && BPF_CORE_READ(vma, vm_end) > start &&
	    BPF_CORE_READ(vma, vm_start) <= start) {
		struct inode *inode = BPF_CORE_READ(vma, vm_file, f_mapping, host);
		area->is_area = 1;
		area->start = BPF_CORE_READ(vma, vm_start);
		area->end = BPF_CORE_READ(vma, vm_end);
		area->vm_flags = BPF_CORE_READ(vma, vm_flags);
		area->anonymous = !BPF_CORE_READ(vma, vm_ops);
		area->traits = area_traits(vma, inode);
		if (inode)
			bpf_probe_read_kernel_str(area->file_system, sizeof area->file_system,
						  BPF_CORE_READ(inode, i_sb, s_type, name));
	}
	u64 end = area->end;
	submit(area);
	return end;
}

__hidden_inline void show_areas(u64 mm, u64 umem, u64 start, u64 end)
{
	for (int i = 0; i < AREAS_AT_ONCE; i++) {
		if (start >= end)
			break;
		start = show_area(mm, umem, start);
		if (!start)
			break;
	}
}

#endif
