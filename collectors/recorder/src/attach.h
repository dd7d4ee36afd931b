/* SPDX-License-Identifier: Apache-2.0 */
/* Loads the BPF programs and attaches them as collectors/probes/probes.tsv says for the running kernel. */
#ifndef PINTRAIL_ATTACH_H
#define PINTRAIL_ATTACH_H

#include "backend.h"
#include "kernel.h"
#include "../ptl/ptl_writer.h"

struct pintrail_bpf;
struct bpf_program;

#define TYPED "_typed" /* ends the name of the fentry program that does the same as a kprobe (bpf/trace.h) */

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
	struct bpf_program **programs;
	const struct kernel *kernel;
	bool preemptible; /* functions are probed by kprobe.multi and kprobe.session instead of fentry and fexit */
	void *entries, *ends;
	int sessions, fault_session; /* descriptors of links, -1: none */
	struct kprobe_at *kprobes; /* by row: where the kernel keeps it (kprobe_missed.h) */
	void *variables; /* the programs' own, as they were before anything was attached */
};

/* Finds what this kernel has, fills in the settings and loads. Dies in one line when nothing can be.
 * tell: libbpf's messages go to stderr. */
void attach_load(struct attachment *a, const struct kernel *kernel, struct settings *settings, u32 buffer_bytes, bool tell);

/* From here on records arrive. Dies when no page table change can be seen. */
void attach_all(struct attachment *a);
void attach_none(struct attachment *a);

/* A PROBE event for each row that is for this kernel, and for each event that it does not have. */
void attach_report(const struct attachment *a, const struct kernel *kernel, struct ptl_writer *out, u64 time);

/* How a row's function is probed: what the trace says of it. */
const char *attach_kind(const struct attachment *a, size_t row);

/* All functions by three links, on kernels where kprobe.multi and kprobe.session are used. */
void attach_functions(struct attachment *a);

/* Before a kprobe.session program is loaded; false where the kernel has no such thing. */
bool session_prepare(struct bpf_program *program, const struct kernel *kernel);

struct functions {
	unsigned long *addresses;
	u64 *cookies;
	size_t count;
};

/* A link's descriptor, or -1 with errno. */
int session_attach(const struct bpf_program *program, const struct kernel *kernel, const struct functions *functions);

bool attach_is_covered(const struct attachment *a, const char *program);

/* Values of kernel variables; 0 where the address is 0. At most 16. */
void attach_peek(struct attachment *a, const u64 *addresses, u64 *values, size_t count);

/* Has one block read again. */
void attach_sweep(struct attachment *a, u64 mm, u64 address, u32 cause);

/* Reads kernel memory, at most FETCH_BYTES that do not cross into another page. */
bool attach_fetch(struct attachment *a, u64 address, void *bytes, u32 count);

/* All probes are there: registrations that begin from now on are followed from their beginning. */
void attach_record(struct attachment *a);

/* Before anything is attached: keeps what attach_again() comes back to. */
void attach_keep(struct attachment *a);

/* The programs forget all they know of the host, as if they had just been attached; attach_record() comes after it. */
void attach_again(struct attachment *a);

/* Takes out of scope what a pin call with a region of its own had put there. */
void attach_forget(struct attachment *a, u64 mm, u64 start, u64 length);

/* Times that a program was skipped because it, or another of its kind, was running already on that CPU; tell: on stderr, which. */
struct misses attach_misses(struct attachment *a, bool tell);

#endif
