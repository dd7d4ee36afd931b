/* SPDX-License-Identifier: Apache-2.0 */
/* Loads the BPF programs and attaches them as collectors/probes/probes.tsv says for the running kernel. */
#ifndef PINTRAIL_ATTACH_H
#define PINTRAIL_ATTACH_H

#include "backend.h"
#include "kernel.h"
#include "../ptl/ptl_writer.h"

struct pintrail_bpf;

#define RESULT_ONLY 255 /* the end of the function needs none of its arguments */

/* A row of the table. */
struct probe {
	const char *event, *kind, *function, *program;
	u32 from, until; /* kernel versions, major << 8 | minor */
	u32 result;      /* arguments before the result, for the pin family; or RESULT_ONLY */
	bool needed;
};

extern const struct probe probes[];
extern const size_t probe_count;

struct attachment {
	struct pintrail_bpf *bpf;
	struct layout layout;
	bool *attached;    /* by row */
	const char **note; /* why not */
	void **links;
	const struct kernel *kernel;
	bool preemptible; /* functions are probed by kprobe.multi instead of fentry and fexit */
	void *entries, *ends;
};

/* Finds what this kernel has, fills in the settings and loads. Dies in one line when nothing can be.
 * tell: libbpf's messages go to stderr. */
void attach_load(struct attachment *a, const struct kernel *kernel, struct settings *settings, u32 buffer_bytes, bool tell);

/* From here on records arrive. Dies when no page table change can be seen. */
void attach_all(struct attachment *a);
void attach_none(struct attachment *a);

/* A PROBE event for each row that is for this kernel, and for each event that it does not have. */
void attach_report(const struct attachment *a, const struct kernel *kernel, struct ptl_writer *out, u64 time);

/* All functions by two links, on kernels where kprobe.multi is used. */
void attach_functions(struct attachment *a);

bool attach_is_covered(const struct attachment *a, const char *program);

/* Values of kernel variables; 0 where the address is 0. At most 16. */
void attach_peek(struct attachment *a, const u64 *addresses, u64 *values, size_t count);

/* Has one block read again. */
void attach_sweep(struct attachment *a, u64 mm, u64 address, u32 cause);

/* Reads kernel memory, at most FETCH_BYTES that do not cross into another page. */
bool attach_fetch(struct attachment *a, u64 address, void *bytes, u32 count);

/* All probes are there: registrations that begin from now on are followed from their beginning. */
void attach_record(struct attachment *a);

/* Takes out of scope what a pin call with a region of its own had put there. */
void attach_forget(struct attachment *a, u64 mm, u64 start, u64 length);

/* Times that a program was skipped because it, or another of its kind, was running already on that CPU; tell: on stderr, which. */
struct misses attach_misses(const struct attachment *a, bool tell);

#endif
