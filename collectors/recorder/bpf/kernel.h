/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* The kernel types and fields in use, relocated at load time against the running kernel's BTF (CO-RE). */
#ifndef PINTRAIL_KERNEL_H
#define PINTRAIL_KERNEL_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed int s32;
typedef signed long long s64;

#include <linux/bpf.h>
#include <stdbool.h>

#define __core __attribute__((preserve_access_index))

typedef struct {
	int counter;
} __core atomic_t;

/* Areas: a red-black tree until 6.0, a maple tree after. */
struct rb_node {
	struct rb_node *rb_right, *rb_left;
} __core;

struct rb_root {
	struct rb_node *rb_node;
} __core;

struct maple_tree {
	void *ma_root;
} __core;

struct maple_metadata {
	unsigned char end;
} __core;

struct maple_range_64 {
	unsigned long pivot[15];
	void *slot[16];
	struct maple_metadata meta;
} __core;

struct maple_arange_64 {
	unsigned long pivot[9];
	void *slot[10];
	struct maple_metadata meta;
} __core;

struct mm_struct {
	u64 *pgd;
	atomic_t mm_users, mm_count;
	struct task_struct *owner;
	struct rb_root mm_rb;
	struct maple_tree mm_mt;
} __core;

struct vm_operations_struct {
	void *page_mkwrite, *pfn_mkwrite;
} __core;

struct vm_area_struct {
	unsigned long vm_start, vm_end;
	struct mm_struct *vm_mm;
	unsigned long vm_flags;
	const struct vm_operations_struct *vm_ops;
	unsigned long vm_pgoff;
	struct rb_node vm_rb;
	struct file *vm_file;
} __core;

struct file_system_type {
	const char *name;
} __core;

struct backing_dev_info {
	unsigned int capabilities;
} __core;

struct super_block {
	struct file_system_type *s_type;
	struct backing_dev_info *s_bdi;
} __core;

struct inode {
	unsigned int i_flags;
	struct super_block *i_sb;
} __core;

struct address_space {
	struct inode *host;
} __core;

struct signal_struct {
	atomic_t live;
} __core;

struct task_struct {
	unsigned int flags;
	void *stack;
	struct mm_struct *mm;
	int pid, tgid, exit_code;
	struct signal_struct *signal;
	char comm[16];
} __core;

struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
} __core;

struct linux_binprm {
	const char *filename;
} __core;

struct file_operations {
	void *write;
} __core;

struct file {
	const struct file_operations *f_op;
	void *private_data;
	struct address_space *f_mapping;
} __core;

struct page {
	unsigned long flags;
	unsigned long compound_head;
	unsigned long index;
	unsigned long __folio_index; /* name of index from 6.16 on */
	void *mapping;
	atomic_t _refcount;
	atomic_t _mapcount;
	atomic_t compound_mapcount; /* of the page after the head, until 6.2 */
} __core;

enum pageflags {
	PG_head = 6, /* relocated, as all of these */
	PG_lru = 4,
	PG_anon_exclusive = 17,
};

struct mm_walk {
	struct mm_struct *mm;
	struct vm_area_struct *vma;
} __core;

struct userfaultfd_ctx {
	struct mm_struct *mm;
} __core;

/* check_mapping until 5.16, even_cows until 7.1, skip_cows after. */
struct zap_details {
	void *check_mapping;
	bool even_cows;
	bool skip_cows;
} __core;

/* io_uring: until 6.12 a slot holds the buffer itself, and refs came with 6.12; from 6.13 a node does. */
typedef struct {
	atomic_t refs;
} __core refcount_t;

struct io_mapped_ubuf {
	refcount_t refs;
} __core;

struct io_rsrc_node {
	struct io_mapped_ubuf *buf;
} __core;

struct pipe_buffer {
	struct page *page;
} __core;

struct pagetable_move_control {
	struct vm_area_struct *old;
	unsigned long old_addr, old_end, new_addr, len_in;
} __core;

#define VM_MAYSHARE 0x80
#define VM_HUGETLB 0x00400000UL
#define PF_IO_WORKER 0x00000010
#define PF_KTHREAD 0x00200000
#define VM_FAULT_RETRY 0x000400
#define VM_FAULT_COMPLETED 0x004000
#define VM_FAULT_ERROR 0x000873 /* OOM SIGBUS HWPOISON HWPOISON_LARGE SIGSEGV FALLBACK */
#define VM_FAULT_COPIED 0x001008 /* VM_FAULT_WRITE until 6.1, VM_FAULT_DONE_COW */
#define FAULT_FLAG_WRITE 0x01

#endif
