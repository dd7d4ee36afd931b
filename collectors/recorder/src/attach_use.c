/* SPDX-License-Identifier: Apache-2.0 */
/* What is done with the programs once they are loaded. */
#include "attach.h"
#include "kprobe_missed.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <string.h>

#include "pintrail.skel.h"


enum { MISSING = 0, ATTACHED = 1, NOT_NEEDED = 2 };

static bool event_is_attached(const struct attachment *a, const char *event)
{
	for (size_t i = 0; i < probe_count; i++)
		if (a->attached[i] && !strcmp(probes[i].event, event))
			return true;
	return false;
}

void attach_report(const struct attachment *a, const struct kernel *kernel, struct ptl_writer *out, u64 time)
{
	for (size_t i = 0; i < probe_count; i++) {
		const struct probe *probe = &probes[i];
		u8 status = a->attached[i]                                                ? ATTACHED
			    : probe->needed && !event_is_attached(a, probe->event) ? MISSING
										   : NOT_NEEDED;
		if (kernel->version < probe->from || kernel->version > probe->until)
			continue;
		ptl_probe(out, time, 0, 0, probe->event, probe->function, status,
			  a->attached[i] ? attach_kind(a, i) : a->note[i] ? a->note[i] : "not attached");
		if (status == MISSING)
			warn("probe missing: %s (%s): %s", probe->event, probe->function,
			     a->note[i] ? a->note[i] : "not attached");
	}
}

bool attach_is_covered(const struct attachment *a, const char *program)
{
	for (size_t i = 0; i < probe_count; i++)
		if (a->attached[i] && !strcmp(probes[i].program, program))
			return true;
	return false;
}

static void run(struct bpf_program *program)
{
	LIBBPF_OPTS(bpf_test_run_opts, options);
	bpf_prog_test_run_opts(bpf_program__fd(program), &options);
}

void attach_peek(struct attachment *a, const u64 *addresses, u64 *values, size_t count)
{
	memset(a->bpf->bss->peek_address, 0, sizeof a->bpf->bss->peek_address);
	memcpy(a->bpf->bss->peek_address, addresses, count * sizeof *addresses);
	run(a->bpf->progs.peek);
	memcpy(values, a->bpf->bss->peek_value, count * sizeof *values);
}

bool attach_fetch(struct attachment *a, u64 address, void *bytes, u32 count)
{
	a->bpf->bss->fetch_address = address;
	a->bpf->bss->fetch_bytes = count;
	a->bpf->bss->fetch_failed = 1;
	run(a->bpf->progs.fetch);
	if (a->bpf->bss->fetch_failed)
		return false;
	memcpy(bytes, a->bpf->bss->fetched, count);
	return true;
}

void attach_record(struct attachment *a)
{
	__atomic_store_n(&a->bpf->bss->recording, 1, __ATOMIC_SEQ_CST);
}

void attach_sweep(struct attachment *a, u64 mm, u64 address, u32 cause)
{
	a->bpf->bss->sweep_cause = cause;
	a->bpf->bss->sweep_mm = mm;
	a->bpf->bss->sweep_address = address;
	run(a->bpf->progs.sweep);
}

void attach_forget(struct attachment *a, u64 mm, u64 start, u64 length)
{
	a->bpf->bss->forgotten_mm = mm;
	a->bpf->bss->forgotten_start = start;
	a->bpf->bss->forgotten_length = length;
	run(a->bpf->progs.forget);
}

/* The programs of bpf/access.h. */
static const char *const access_programs[] = { "copy_enter",	     "odp_copy_enter",	 "atomic_enter",
					       "atomic_write_enter", "odp_atomic_enter", "iova_enter" };

/*
 * An address space and its end are known without these. From 7.0 on a task may be preempted inside a tracepoint's program,
 * which is then skipped for others on that CPU.
 */
static const char *const process_programs[] = { "process_fork", "process_exec", "process_exit", "process_rename" };

static bool is_among(const char *program, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(names[i]);
		if (!strncmp(names[i], program, length) && (!program[length] || !strcmp(program + length, TYPED)))
			return true;
	}
	return false;
}

#define IS_AMONG(program, names) is_among(program, names, sizeof(names) / sizeof *(names))

/* As a kprobe, in an interrupt that comes while another kprobe's program runs. */
static u64 accesses_missed(struct attachment *a)
{
	u64 missed = 0;
	for (size_t i = 0; i < probe_count; i++)
		if (a->attached[i] && IS_AMONG(probes[i].program, access_programs) && !strcmp(attach_kind(a, i), "kprobe"))
			missed += kprobe_missed(a, i);
	return missed;
}

struct misses attach_misses(struct attachment *a, bool tell)
{
	struct bpf_program *program;
	struct misses misses = { .accesses = accesses_missed(a) };
	bpf_object__for_each_program(program, a->bpf->obj) {
		struct bpf_prog_info info = {};
		u32 size = sizeof info;
		const char *name = bpf_program__name(program);
		if (bpf_program__fd(program) < 0 || bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size))
			continue;
		if (tell && info.recursion_misses)
			warn("%s was skipped %llu times", name, (unsigned long long)info.recursion_misses);
		*(IS_AMONG(name, access_programs)    ? &misses.accesses
		  : IS_AMONG(name, process_programs) ? &misses.processes
						     : &misses.events) += info.recursion_misses;
	}
	return misses;
}
