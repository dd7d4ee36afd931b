/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * What the BPF programs tell the recorder: the records in the ring buffer. Both sides include this file; u8 ... u64 are
 * defined by whoever does. Kernel addresses (mm, umem, mr, device) are identities, never followed by user space.
 *
 * Each record is reserved before its time is taken, so a record that is not in the ring at time T has a time after T.
 */
#ifndef PINTRAIL_RECORD_H
#define PINTRAIL_RECORD_H

#define SLICE_ENTRIES 32
#define TABLE_ENTRIES 512 /* of a page table page; also the pages of one PIN_PAGES record */
#define MARK_BYTES 4096
#define SHORT_MARK_BYTES 128
#define MARK_PARTS 4 /* of one writev(); the others are not marks */
#define DEVICE_BYTES 4096 /* of struct ib_device, in which its name is found */
#define NAME_BYTES 64
#define STACK_FRAMES 12
#define KERNEL_FRAMES 32
#define USER_STACK_PAGES 4 /* after the one with the stack pointer */
#define FOUND_MR_WORDS 128 /* of ib_mr and what the driver has behind it */
#define FOUND_UMEM_WORDS 24
#define FETCH_BYTES 4096
#define MAX_CPUS 1024
#define SPARE_BYTES (1 << 20)
#define NO_CALL (-1)

/* Cookies of bpf/dispatch.h: rows of probes.tsv + 1 for a function's entry and its end, 0 for none. */
#define ROW_MASK 0xff
#define END_SHIFT 8
#define KEEP_ARGUMENTS 0x10000 /* for the end */
#define KEEP_IF_WATCHED 0x20000 /* not where nothing is watched for once the call has begun */

/* Calls in bpf/session.h that src/attach_session.c makes calls of the kernel's own functions. */
#define SESSION_IS_RETURN 0x5e550001
#define SESSION_COOKIE 0x5e550002
#define READ_ONLY_CAST 0x5e550003

#define RANGE_BYTES (56ULL << 30) /* of a range, more is not read in the kernel */

enum record_kind {
	RECORD_TABLE = 1, /* struct table_record: a page table page */
	RECORD_SLICE,     /* struct slice_record: part of one */
	RECORD_ENTRY,     /* struct entry_record: one entry, or a hole, or a huge page */
	RECORD_FAULT,
	RECORD_UNMAP,
	RECORD_MOVE,
	RECORD_PROTECT,
	RECORD_FORK_COPY,
	RECORD_SPACE_END,
	RECORD_FORK,
	RECORD_EXEC,
	RECORD_EXIT,
	RECORD_RENAME,
	RECORD_MARK,
	RECORD_SHORT_MARK,
	RECORD_REGISTER_BEGIN,
	RECORD_REGISTER_END,
	RECORD_REREGISTER_BEGIN,
	RECORD_REREGISTER_END,
	RECORD_DEREGISTER_BEGIN,
	RECORD_DEREGISTER_END,
	RECORD_DEVICE,
	RECORD_UMEM_BEGIN,
	RECORD_UMEM_END,
	RECORD_UMEM_RELEASE,
	RECORD_PIN_BEGIN,
	RECORD_PIN_PAGES,
	RECORD_PIN_END,
	RECORD_HOLD_BEGIN,
	RECORD_HOLD_END,
	RECORD_HOLD_RELEASE,
	RECORD_UNPIN_BEGIN, /* struct unpin_record */
	RECORD_UNPIN_END,
	RECORD_ACCESS,
	RECORD_PAGES, /* struct pages_record: what pages map, of the ftrace backend */
	RECORD_DOUBT, /* struct range_record: pages of which that is not known any more */
	RECORD_KERNEL_STACK,
	RECORD_USER_STACK,
	RECORD_FOUND, /* a region that was registered before the recording began */
	RECORD_FORGET, /* made by user space: events were lost, what was known of pages is not */
	RECORD_AREA,
	RECORD_SWEEP, /* all live blocks are to be read again (swapoff on kernels where nothing finer can be probed) */
};

struct record {
	u32 kind;
	u32 cpu;
	u64 time; /* ns of CLOCK_MONOTONIC */
	u32 pid, tid;
	u64 mm;
};

/* The system call in which something happened; number is NO_CALL outside of one. */
struct call {
	s32 number;
	u32 stack; /* number of the stacks that were taken in it, 0: none */
	u64 argument[6];
};

/* Records of stacks come before those that name them. */
struct kernel_stack_record {
	struct record head;
	u32 number, frames;
	char comm[16];
	u64 frame[KERNEL_FRAMES]; /* innermost first, those of the tracing program among them */
};

/* As the kernel saves them: struct pt_regs. */
struct user_registers {
	u64 r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};

struct user_stack_record {
	struct record head;
	u32 number, bytes;
	struct user_registers registers;
	u8 stack[(1 + USER_STACK_PAGES) * 4096]; /* from the stack pointer on */
};

/* Why a page table was read; the numbers are the map causes of docs/trace-format.md. */
enum cause {
	CAUSE_OTHER = 0,
	CAUSE_FAULT = 1,
	CAUSE_ZAP = 2,
	CAUSE_MOVE = 3,
	CAUSE_RECLAIM = 4,
	CAUSE_MIGRATION = 5,
	CAUSE_USERFAULTFD = 6,
	CAUSE_COLLAPSE = 7,
	CAUSE_KSM = 8,
	CAUSE_PIN = 9,
	CAUSE_POPULATE = 10,
	CAUSE_FORK = 11,
	CAUSE_PROTECT = 12,
	CAUSE_BEFORE_PIN = 0x80, /* beside CAUSE_OTHER: a umem is about to pin these */
};

/* Of anonymous pages whose entry does not allow writing, before they are pinned. */
enum { MARK_EXCLUSIVE = 1, MARK_SOLE = 2 };

/*
 * What the page table says of [address, address + bytes): level 0 is one page (in a table_record 512, in a slice_record 32), levels 1 to 4
 * are a huge page, a migration entry or a hole of 2 MiB, 1 GiB, 512 GiB, 256 TiB.
 */
struct entry_record {
	struct record head;
	struct call call;
	u64 address;
	u64 entry;
	u32 level;
	u32 cause;
	u64 umem;  /* with CAUSE_BEFORE_PIN */
	u32 marks; /* with CAUSE_BEFORE_PIN: MARK_* of a huge page */
	u32 reserved;
};

/* MARK_*, a bit for each entry of a page table page. */
struct table_marks {
	u64 exclusive[TABLE_ENTRIES / 64], sole[TABLE_ENTRIES / 64];
};

struct table_record {
	struct entry_record at;
	u64 entries[TABLE_ENTRIES];
	struct table_marks marks; /* with CAUSE_BEFORE_PIN */
};

/* Pages that follow one another; the states are those of src/pages.h. */
struct pages_record {
	struct record head;
	struct call call;
	u64 address;
	u32 count;
	u32 cause;
	u64 state[TABLE_ENTRIES];
};

/* From at.address on. */
struct slice_record {
	struct entry_record at;
	u64 entries[SLICE_ENTRIES];
	struct table_marks marks; /* with CAUSE_BEFORE_PIN; of all the page table page */
};

struct fault_record {
	struct record head;
	u64 address;
	u64 pin;
	u64 duration;
	u32 flags;
	u32 result;
};

enum { UNMAP_IS_FILE = 1, UNMAP_KEEPS_PRIVATE = 2, UNMAP_UNREAD = 4 };

/* UNMAP, PROTECT and DOUBT; start and end are byte addresses. */
struct range_record {
	struct record head;
	struct call call;
	u64 start, end;
	u64 flags; /* UNMAP_*, or the new vm_flags */
};

struct move_record {
	struct record head;
	struct call call;
	u64 from, to, bytes;
};

struct fork_copy_record {
	struct record head; /* mm is the parent's */
	struct call call;
	u64 child_mm;
	u64 start, end;
};

struct process_record { /* FORK, EXEC, EXIT, RENAME, SPACE_END */
	struct record head;
	u64 child_mm;
	u32 child_pid, child_tid;
	s32 code;
	u32 whole;
	struct call call; /* SPACE_END */
	char comm[16];
	char file[256];
};

struct mark_record {
	struct record head;
	u64 address; /* of the text, for when it could not be read in the kernel */
	u32 bytes;
	u32 unread;
	char text[MARK_BYTES];
};

struct short_mark_record {
	struct record head;
	u64 address;
	u32 bytes;
	u32 unread;
	char text[SHORT_MARK_BYTES];
};

struct device_record {
	struct record head;
	u64 device;
	u8 bytes[DEVICE_BYTES];
};

struct region_record {
	struct record head;
	u64 region;
	u64 mr;
	u64 device;
	u64 start, length, iova;
	u32 access, flags;
	u32 lkey, rkey;
	s32 error;
	char comm[16];
};

struct umem_record {
	struct record head; /* mm is the owning one, also where another process releases */
	u64 umem;
	u64 region;
	u64 pointer;
	u64 device;
	u64 start, length;
	s32 error;
	u32 access;
	char comm[16];
};

/* As the kernel has it; user space knows where in the words things are. */
struct found_record {
	struct record head; /* mm is the umem's, 0 without one */
	u64 mr;
	u64 umem;      /* 0: none was found */
	u32 owner;     /* process id, 0: the address space has ended */
	u32 mm_users;
	char comm[16]; /* of the owner */
	u64 mr_words[FOUND_MR_WORDS];
	u64 umem_words[FOUND_UMEM_WORDS];
};

enum { AREA_WRITES_TOLD = 1, AREA_DAX = 2 };

/* What a part of a umem's range is: an area of the address space (all of it), or none. */
struct area_record {
	struct record head;
	u64 umem;
	u64 start, end;
	u64 vm_flags;
	u32 is_area;
	u32 anonymous;
	u32 traits; /* AREA_* */
	u32 reserved;
	char file_system[16];
};

/*
 * Other holders of long-term pins than ib_umem. BEGIN opens a region with one block of pages, both named hold; the pins
 * that it makes name it as their umem. RELEASE names it by its identity.
 */
struct hold_record {
	struct record head; /* mm is the one whose pages are held */
	u64 hold;
	u64 identity; /* kernel address of what holds the pages: io_mapped_ubuf, vfio_dma; 0: the pin call alone is known */
	u64 start, length, iova;
	u32 access;   /* IB_ACCESS_*: 1 where the device may write */
	u32 method;   /* of docs/trace-format.md; 7: the stack says more */
	s32 error;
	u32 reserved;
	char comm[16];
	u64 stack[STACK_FRAMES];
};

enum unpin_shape { UNPIN_LIST = 1, UNPIN_RANGE, UNPIN_FOLIO, UNPIN_PIPE };

/* Frames are given back: a list follows in PIN_PAGES records that name it as their pin. */
struct unpin_record {
	struct record head;
	u64 unpin;
	u64 page; /* address of the first struct page */
	u64 pages;
	u32 shape;
	u32 reserved;
	u64 stack[STACK_FRAMES];
};

struct pin_record { /* PIN_BEGIN, PIN_END */
	struct record head;
	u64 pin;
	u64 umem;
	u64 start, pages;
	s64 result;
	u32 api, flags;
	u64 stack[STACK_FRAMES];
};

struct pin_pages_record {
	struct record head;
	u64 pin;
	u64 start;
	u64 count;
	s64 result; /* of the pin call, which ends with this record if it is not 0 */
	u64 page[TABLE_ENTRIES]; /* addresses of struct page */
};

struct access_record {
	struct record head;
	u64 mr;
	u64 iova, length;
	u32 writes; /* 1: the device writes memory */
	u32 reserved;
};

/* Where things are; read from the kernel once the programs are loaded and before they are attached. */
struct layout {
	u64 page_offset_base;
	u64 vmemmap_base;
	u64 physical_mask;
};

/* What user space finds out before the programs are loaded. Offsets are in bytes, -1 unknown. */
struct settings {
	u64 mark_write;      /* address of tracing_mark_write() */
	u32 struct_page_bytes;
	u32 five_levels;
	u32 scope_all;
	u32 foll_longterm;
	s32 mr_device, mr_lkey, mr_rkey, mr_iova, mr_length, mr_type, mr_res;
	s32 umem_device, umem_mm, umem_address, umem_length, umem_flags;
	s32 pd_device;
	u32 mr_user;         /* IB_MR_TYPE_USER */
	u32 restrack_mr;     /* RDMA_RESTRACK_MR */
	s32 restrack_type;
	u32 dereg_exit_probed;
	u32 umem_exit_probed;
	u32 no_stacks;
	u32 drains_before_copy; /* 5.19: a page that is only on its way to the LRU besides is reused (do_wp_page()) */
};

#endif
