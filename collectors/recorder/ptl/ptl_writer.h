/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PINTRAIL_PTL_WRITER_H
#define PINTRAIL_PTL_WRITER_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes docs/trace-format.md, one function per event kind, in the order and with the words of TraceVisitor.java.
 *
 * Common parameters: time in ns of CLOCK_MONOTONIC (0 ... 2^63-1), pid/tid in the initial pid namespace, page and pages in
 * units of 4096 bytes. Strings end with NUL; NULL is "". Not thread-safe.
 *
 * Errors stick: after a failed write every call does nothing, and ptl_error() says -errno.
 */
struct ptl_writer;

/* Takes all n bytes (the file header, or one whole batch). Returns 0 or -errno. */
typedef int (*ptl_sink)(void *ctx, const void *bytes, size_t n);

struct ptl_identity {
	uint8_t host_id[16]; /* /etc/machine-id, zeros if there is none */
	uint8_t boot_id[16]; /* /proc/sys/kernel/random/boot_id */
	uint64_t recording_id; /* random */
};

enum ptl_shape {
	PTL_CONSECUTIVE = 0, /* frames pfn, pfn+1, ... */
	PTL_SAME = 1,        /* every page maps pfn */
	PTL_NONE = 2,        /* nothing mapped; pfn and kind are ignored */
	PTL_NOT_PRESENT = 3, /* swap or migration entry; pfn and kind are ignored */
};

struct ptl_host {
	const char *hostname;
	const char *kernel;  /* uname -r */
	const char *machine; /* uname -m */
	const char *backend; /* "ebpf" or "ftrace" */
	uint8_t scope;       /* 0 pinned, 1 all */
	const char *version; /* of the recorder */
	uint64_t page_shift, zero_pfn, huge_zero_pfn, vmemmap_base, struct_page_bytes, cpus;
};

/* One frame of a stack. Each distinct stack is written once, all its frames, before the first call that names it. */
struct ptl_frame_info {
	uint64_t stack;         /* identifier, from 1 */
	uint32_t index, frames; /* 0 is the innermost; of how many */
	uint64_t address;
	const char *module;     /* file name of the mapped ELF file, kernel module, "kernel", "" if unknown */
	const char *build_id;   /* hex, "" if unknown */
	uint64_t module_offset; /* in the module's file; kernel: 0 */
	const char *symbol;     /* "" if unknown */
	uint64_t symbol_offset;
};

/* REGISTER_BEGIN, method: one of these, with flags added. */
enum ptl_method {
	PTL_METHOD_REG_MR = 1,
	PTL_METHOD_OTHER_VERB = 2,
	PTL_METHOD_IO_URING = 3,
	PTL_METHOD_VFIO = 4,
	PTL_METHOD_VMSPLICE = 5,
	PTL_METHOD_XDP = 6,
	PTL_METHOD_OTHER_PIN = 7,
	PTL_METHOD_NO_ADDRESS = 64, /* flag: the address is not known, start is 0 */
	PTL_METHOD_FOUND = 128,     /* flag: registered before the recording began */
};

/* AREA: part of a umem's range, before its pages are pinned. */
struct ptl_area_info {
	uint64_t umem, page, pages, vm_flags;
	uint8_t backing, traits; /* of the enums below */
	const char *file_system; /* name of its type, "" if none */
};

enum ptl_backing { PTL_NO_AREA, PTL_ANONYMOUS, PTL_SHMEM, PTL_HUGETLB, PTL_FILE, PTL_OTHER_BACKING };
enum ptl_trait { PTL_TELLS_WRITES = 1, PTL_DAX = 2, PTL_HUGE_PAGES = 4 };
enum ptl_entry { PTL_WRITABLE = 1, PTL_EXCLUSIVE = 2, PTL_SOLE = 4, PTL_NO_TABLE = 8, PTL_SMALL = 16 };

/* NULL with errno when there is no memory. Nothing is written yet. */
struct ptl_writer *ptl_open(const struct ptl_identity *identity, ptl_sink sink, void *ctx);

/* The 16 bytes that start a file or a pipe. Not for Kafka records. */
int ptl_file_header(struct ptl_writer *w);

/* Writes what has been gathered as a batch; nothing if there are no events. Batches also close at 256 KiB of events. */
int ptl_flush(struct ptl_writer *w);

/* Writes the last batch, flagged as such (without events if none are left). Call once, when the recording ends in order. */
int ptl_finish(struct ptl_writer *w);

/* 0, or the -errno of the first write that failed. */
int ptl_error(const struct ptl_writer *w);

/* Events in the batch being gathered, for callers that flush by time. */
uint32_t ptl_pending(const struct ptl_writer *w);

/* Does not flush. */
void ptl_free(struct ptl_writer *w);

void ptl_host(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, const struct ptl_host *host);
void ptl_clock(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, int64_t realtime_ns);
void ptl_probe(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, const char *event, const char *function,
	       uint8_t status, const char *note);
void ptl_lost(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint32_t cpu, uint64_t count,
	      uint64_t since_ns);
/*
 * count accesses of the device between time - since_ns and time are not in the trace. Page states are not concerned, so it
 * does not count as a loss in the batch header.
 */
void ptl_access_lost(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint64_t count, uint64_t since_ns);
void ptl_mark(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, const char *text);
void ptl_snapshot_begin(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint8_t reason);
void ptl_snapshot_end(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid);
void ptl_space(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint32_t asid, const char *comm);
void ptl_exec(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint32_t asid, const char *comm,
	      const char *file);
void ptl_fork(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint32_t child_pid, uint32_t child_tid,
	      uint32_t child_asid);
void ptl_exit(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, int whole_process, int32_t code);
void ptl_space_end(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint32_t asid, uint64_t call);
void ptl_thread(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, const char *comm);

void ptl_register_begin(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint64_t region, uint32_t asid,
			uint32_t method, const char *device, uint64_t start, uint64_t length, uint64_t iova,
			uint32_t access);
void ptl_register_end(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint64_t region, int32_t error,
		      uint32_t lkey, uint32_t rkey);
void ptl_reregister_begin(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint64_t region,
			  uint32_t flags, uint64_t start, uint64_t length, uint64_t iova, uint32_t access);
void ptl_reregister_end(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint64_t region, int32_t error,
			uint32_t lkey, uint32_t rkey);
void ptl_deregister(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint64_t region, int32_t error);
void ptl_umem_begin(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint64_t umem, uint64_t region,
		    uint32_t asid, uint64_t start, uint64_t length, uint32_t access);
void ptl_umem_end(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint64_t umem, int32_t error);
void ptl_umem_release(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint64_t umem);

void ptl_pin_begin(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint64_t pin, uint64_t umem,
		   uint32_t asid, uint8_t caller, uint8_t api, uint64_t page, uint64_t pages, uint32_t flags,
		   uint32_t raw_flags);
void ptl_pin_end(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint64_t pin, int64_t result);
void ptl_fault(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint32_t asid, uint64_t page,
	       uint32_t flags, uint64_t pin, uint32_t result, uint64_t duration_ns);
void ptl_unmap(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint32_t asid, uint8_t reason,
	       uint8_t flags, uint64_t call, uint64_t page, uint64_t pages);
void ptl_move(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint32_t asid, uint64_t call,
	      uint64_t old_page, uint64_t new_page, uint64_t pages);
void ptl_protect(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint32_t asid, uint64_t call,
		 uint64_t page, uint64_t pages, uint64_t vm_flags);
void ptl_fork_copy(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint32_t parent_asid,
		   uint32_t child_asid, uint64_t page, uint64_t pages, uint64_t call);
/* The stacks are those of ptl_frame() events written before; 0: not taken. */
void ptl_call(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint64_t call, uint32_t number,
	      const uint64_t arguments[6], uint64_t kernel_stack, uint64_t user_stack);
void ptl_frame(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, const struct ptl_frame_info *frame);
/* What the pages map is not known from `time` on, until they are observed at that time or later. */
void ptl_doubt(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint32_t asid, uint64_t page,
	       uint64_t pages);
void ptl_area(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, const struct ptl_area_info *area);
void ptl_access(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint64_t region, uint64_t iova,
		uint64_t length, uint8_t direction);

/*
 * Events with runs: one ptl_*_runs(), any number of ptl_run() in ascending address order without holes, ptl_end_runs().
 * Adjacent runs that continue one another are joined, so a caller may add page by page. An event that would grow past
 * 32 KiB goes on as a second one. No other event may be written in between. Without a run nothing is written.
 */
void ptl_snapshot_runs(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint32_t asid, uint64_t page);
void ptl_pin_pages_runs(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint64_t pin, uint64_t page);
void ptl_unpin_runs(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid);
void ptl_map_runs(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint32_t asid, uint8_t cause,
		  uint64_t call, uint64_t page);
void ptl_run(struct ptl_writer *w, uint64_t pages, enum ptl_shape shape, uint64_t pfn, uint8_t page_kind);
/* entry: of enum ptl_entry. */
void ptl_before_runs(struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid, uint64_t umem, uint8_t entry,
		     uint64_t page);
void ptl_end_runs(struct ptl_writer *w);

#endif
