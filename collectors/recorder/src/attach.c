/* SPDX-License-Identifier: Apache-2.0 */
#include "attach.h"
#include "kprobe_missed.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pintrail.skel.h"

#define MAX_REFUSED 64
#define FUNCTION_GRAPH_PROBES (6 << 8 | 14) /* from here on kprobe.multi has no limit on calls under way, nor has kprobe.session */

static char refused[MAX_REFUSED][64]; /* programs that this kernel's verifier does not take */
static int refused_count;
static bool verbose;
static char first_complaint[512];

/* libbpf names the program that the kernel refused only in its messages. */
static int listen(enum libbpf_print_level level, const char *format, va_list args)
{
	char text[512], name[64];
	if (verbose && level != LIBBPF_DEBUG) {
		va_list again;
		va_copy(again, args);
		vfprintf(stderr, format, again);
		va_end(again);
	}
	if (level != LIBBPF_WARN)
		return 0;
	vsnprintf(text, sizeof text, format, args);
	text[strcspn(text, "\n")] = 0;
	if (!*first_complaint)
		memcpy(first_complaint, text, sizeof text);
	const char *at = strstr(text, "prog '");
	if (at && sscanf(at, "prog '%63[^']'", name) == 1 && refused_count < MAX_REFUSED &&
	    (strstr(text, "failed to load") || strstr(text, "program load failed")))
		snprintf(refused[refused_count++], sizeof *refused, "%s", name);
	return 0;
}

static bool is_refused(const char *program)
{
	for (int i = 0; i < refused_count; i++)
		if (!strcmp(refused[i], program))
			return true;
	return false;
}

static bool is_for(const struct probe *probe, const struct kernel *kernel)
{
	return kernel->version >= probe->from && kernel->version <= probe->until;
}

static bool exists(const struct probe *probe, const struct kernel *kernel)
{
	if (!strcmp(probe->kind, "raw_tp"))
		return true;
	/* A function may have a type and, specialised by the compiler, another name. */
	return kernel_symbol(kernel, probe->function) &&
	       (!strcmp(probe->kind, "kprobe") || kernel_has_function_type(kernel, probe->function));
}

/* The programs of bpf/peek.h. */
static bool is_run_by_us(const char *program)
{
	return !strcmp(program, "peek") || !strcmp(program, "sweep") || !strcmp(program, "fetch") ||
	       !strcmp(program, "forget");
}

static bool returns(const struct probe *probe)
{
	return !strcmp(probe->kind, "fexit");
}

static bool is_kprobe(const struct probe *probe)
{
	return !strcmp(probe->kind, "kprobe");
}

static bool is_session(const struct probe *probe)
{
	return !strcmp(probe->kind, "session");
}

static bool is_traced(const struct probe *probe)
{
	return *probe->kind == 'f';
}

/*
 * What AT_CALL() has made for functions with types, ready to be loaded; NULL where the function has none, and on preemptible
 * kernels, which may skip such a program.
 */
static struct bpf_program *typed_program_of(const struct attachment *a, const struct probe *probe)
{
	char name[64];
	snprintf(name, sizeof name, "%s" TYPED, probe->program);
	struct bpf_program *program = bpf_object__find_program_by_name(a->bpf->obj, name);
	bool possible = program && !a->preemptible && !is_refused(name) && kernel_has_function_type(a->kernel, probe->function);
	return possible && !bpf_program__set_attach_target(program, 0, probe->function) ? program : NULL;
}

/* The program for a row: for functions, on preemptible kernels, one of those that serve all of them. */
static struct bpf_program *program_of(const struct attachment *a, const struct probe *probe)
{
	if (a->preemptible && is_traced(probe))
		return a->bpf->progs.any_session;
	struct bpf_program *typed = is_kprobe(probe) ? typed_program_of(a, probe) : NULL;
	if (typed)
		return typed;
	struct bpf_program *program = bpf_object__find_program_by_name(a->bpf->obj, probe->program);
	if (!program)
		die("internal: probes.tsv names a program %s that does not exist", probe->program);
	return program;
}

/* Chooses the programs, sets their targets and the constants. Returns the number chosen. */
static size_t choose(struct attachment *a, const struct kernel *kernel, const struct settings *settings)
{
	struct bpf_program *program;
	size_t chosen = 0;
	bpf_object__for_each_program(program, a->bpf->obj)
		bpf_program__set_autoload(program, is_run_by_us(bpf_program__name(program)));
	bpf_program__set_autoload(a->bpf->progs.any_entry, a->preemptible);
	bpf_program__set_autoload(a->bpf->progs.any_end, a->preemptible);
	a->bpf->rodata->settings = *settings;
	for (size_t i = 0; i < probe_count; i++) {
		const struct probe *probe = &probes[i];
		a->note[i] = is_for(probe, kernel) ? NULL : "for other kernels";
		if (a->note[i])
			continue;
		program = a->programs[i] = program_of(a, probe);
		if (is_refused(bpf_program__name(program)))
			a->note[i] = "the kernel's verifier refused the program";
		else if (!exists(probe, kernel))
			a->note[i] = "no such symbol; is its module loaded?";
		else if (is_traced(probe) && !a->preemptible && bpf_program__set_attach_target(program, 0, probe->function))
			a->note[i] = "not traceable";
		else if (is_session(probe) && !session_prepare(program, kernel))
			a->note[i] = "kprobe.session is not to be had";
		if (a->note[i])
			continue;
		bpf_program__set_autoload(program, true);
		chosen++;
	}
	return chosen;
}

static bool is_to_be_had(const struct kernel *kernel, const char *program)
{
	for (size_t i = 0; i < probe_count; i++)
		if (!strcmp(probes[i].program, program) && is_for(&probes[i], kernel) && exists(&probes[i], kernel))
			return !is_refused(program);
	return false;
}

static void set_result_indexes(struct attachment *a, const struct kernel *kernel)
{
	static const char *const names[] = {
		NULL,		   "pin_fast_exit",	"pin_plain_exit",    "pin_remote_exit",	    "get_fast_exit",
		"get_plain_exit",  "get_remote_exit",	"pin_unlocked_exit", "get_unlocked_exit",   "pin_fast_only_exit",
		"get_fast_only_exit", "longterm_locked_exit", "pin_locked_exit", "get_locked_exit",
	};
	for (size_t i = 0; i < probe_count; i++)
		for (size_t n = 1; n < sizeof names / sizeof *names; n++)
			if (is_for(&probes[i], kernel) && !strcmp(names[n], probes[i].program))
				a->bpf->rodata->pin_result_index[n] = probes[i].result;
}

void attach_load(struct attachment *a, const struct kernel *kernel, struct settings *settings, u32 buffer_bytes, bool tell)
{
	verbose = tell;
	*a = (struct attachment){ .kernel = kernel, .attached = need_zero(probe_count), .note = need_zero(probe_count * sizeof(char *)),
				  .links = need_zero(probe_count * sizeof(void *)),
				  .programs = need_zero(probe_count * sizeof(void *)),
				  .kprobes = need_zero(probe_count * sizeof(struct kprobe_at)),
				  .sessions = -1, .fault_session = -1 };
	libbpf_set_print(listen);
	for (;;) {
		int before = refused_count;
		a->bpf = pintrail_bpf__open();
		if (!a->bpf)
			die("cannot open the BPF programs: %s", strerror(errno));
		a->preemptible = kernel->version >= FUNCTION_GRAPH_PROBES && !is_refused("any_entry") && !is_refused("any_end") &&
				 !is_refused("any_session") && session_prepare(a->bpf->progs.any_session, kernel);
		bpf_map__set_max_entries(a->bpf->maps.ring, buffer_bytes);
		settings->dereg_exit_probed = is_to_be_had(kernel, "dereg_exit");
		settings->umem_exit_probed = is_to_be_had(kernel, "umem_exit");
		set_result_indexes(a, kernel);
		if (!choose(a, kernel, settings))
			die("none of the kernel's functions in probes.tsv was found; is this a kernel from 5.10 to 7.2?");
		int error = pintrail_bpf__load(a->bpf);
		if (!error)
			return;
		pintrail_bpf__destroy(a->bpf);
		a->bpf = NULL;
		if (error == -EPERM)
			die("the kernel does not allow BPF (%s); run as root, without lockdown=confidentiality",
			    *first_complaint ? first_complaint : "EPERM");
		if (refused_count == before)
			die("the kernel does not take the BPF programs: %s%s",
			    *first_complaint ? first_complaint : strerror(-error), kernel_lockdown_hint());
	}
}

const char *attach_kind(const struct attachment *a, size_t row)
{
	if (a->preemptible && is_traced(&probes[row]))
		return "kprobe.multi";
	if (is_session(&probes[row]))
		return "kprobe.session";
	bool typed = is_kprobe(&probes[row]) && bpf_program__type(a->programs[row]) != BPF_PROG_TYPE_KPROBE;
	return typed ? "fentry" : probes[row].kind;
}

static bool attach_fault_session(struct attachment *a, const struct probe *probe, const struct bpf_program *program)
{
	unsigned long address = kernel_symbol(a->kernel, probe->function);
	u64 cookie = 0;
	a->fault_session = session_attach(program, a->kernel, &(const struct functions){ &address, &cookie, 1 });
	return a->fault_session >= 0;
}

static void attach_row(struct attachment *a, size_t i)
{
	const struct probe *probe = &probes[i];
	struct bpf_program *program = a->programs[i];
	if (is_session(probe)) {
		a->attached[i] = attach_fault_session(a, probe, program);
		if (!a->attached[i])
			a->note[i] = strerror(errno);
		return;
	}
	if (bpf_program__type(program) == BPF_PROG_TYPE_KPROBE)
		a->links[i] = bpf_program__attach_kprobe(program, false, probe->function);
	else if (!strcmp(probe->kind, "raw_tp"))
		a->links[i] = bpf_program__attach_raw_tracepoint(program, probe->function);
	else
		a->links[i] = bpf_program__attach_trace(program);
	if (!a->links[i])
		a->note[i] = strerror(errno);
	a->attached[i] = a->links[i] != NULL;
}

/* Returns first, so that nothing is entered whose end would not be seen. */
void attach_all(struct attachment *a)
{
	bool any = false;
	if (a->preemptible)
		attach_functions(a);
	for (int entries = 0; entries < 2; entries++)
		for (size_t i = 0; i < probe_count; i++)
			if (returns(&probes[i]) != entries && !a->note[i] && !a->attached[i])
				attach_row(a, i);
	for (size_t i = 0; i < probe_count; i++)
		any |= a->attached[i];
	if (!any)
		die("no probe could be attached: %s", first_complaint);
}

void attach_none(struct attachment *a)
{
	bpf_link__destroy(a->entries);
	bpf_link__destroy(a->ends);
	a->entries = a->ends = NULL;
	if (a->sessions >= 0)
		close(a->sessions);
	if (a->fault_session >= 0)
		close(a->fault_session);
	a->sessions = a->fault_session = -1;
	for (size_t i = 0; i < probe_count; i++) {
		bpf_link__destroy(a->links[i]);
		a->links[i] = NULL;
	}
}
