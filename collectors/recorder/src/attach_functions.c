/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kprobe.multi and kprobe.session, where every function is probed by one of three links. That is not only quick: each link
 * changes the kernel's code once, and each change makes all CPUs stop for a moment.
 */
#include "attach.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pintrail.skel.h"

static bool is_function(const struct attachment *a, size_t i)
{
	return *probes[i].kind == 'f' && !a->note[i];
}

static bool is_end(size_t i)
{
	return !strcmp(probes[i].kind, "fexit");
}

static struct functions functions_none(void)
{
	return (struct functions){ need(probe_count * sizeof(long)), need(probe_count * sizeof(u64)), 0 };
}

static void functions_free(struct functions *functions)
{
	free(functions->addresses);
	free(functions->cookies);
}

static void functions_add(struct functions *functions, unsigned long address, u64 cookie)
{
	functions->addresses[functions->count] = address;
	functions->cookies[functions->count++] = cookie;
}

static u64 *cookie_of(struct functions *functions, unsigned long address)
{
	for (size_t i = 0; i < functions->count; i++)
		if (functions->addresses[i] == address)
			return &functions->cookies[i];
	functions_add(functions, address, 0);
	return &functions->cookies[functions->count - 1];
}

/* A function once, with all that it is there for. */
static struct functions all_functions(const struct attachment *a)
{
	struct functions all = functions_none();
	for (size_t i = 0; i < probe_count; i++) {
		if (!is_function(a, i))
			continue;
		u64 *cookie = cookie_of(&all, kernel_symbol(a->kernel, probes[i].function));
		*cookie |= is_end(i) ? (i + 1) << END_SHIFT : i + 1;
		if (is_end(i) && probes[i].result != RESULT_ONLY)
			*cookie |= KEEP_ARGUMENTS | (probes[i].result ? KEEP_IF_WATCHED : 0);
	}
	return all;
}

static struct bpf_link *attach(const struct bpf_program *program, const struct functions *functions, bool at_end)
{
	LIBBPF_OPTS(bpf_kprobe_multi_opts, options, .addrs = functions->addresses, .cookies = (const __u64 *)functions->cookies,
		    .cnt = functions->count, .retprobe = at_end);
	return bpf_program__attach_kprobe_multi_opts(program, NULL, &options);
}

/* One function that cannot be probed makes the whole link fail: each is tried by itself then. */
static void leave_out_unprobeable(struct attachment *a)
{
	for (size_t i = 0; i < probe_count; i++) {
		u64 cookie = 0;
		unsigned long address = is_function(a, i) ? kernel_symbol(a->kernel, probes[i].function) : 0;
		const struct functions one = { &address, &cookie, 1 };
		struct bpf_link *link = address ? attach(a->bpf->progs.any_entry, &one, false) : NULL;
		if (address && !link)
			a->note[i] = "not traceable";
		bpf_link__destroy(link);
	}
}

/* Ends first, so that nothing is entered whose end would not be seen. */
static bool attach_three(struct attachment *a)
{
	struct functions all = all_functions(a), entries = functions_none(), ends = functions_none(), both = functions_none();
	for (size_t i = 0; i < all.count; i++) {
		u64 cookie = all.cookies[i];
		bool only_entry = !(cookie & ~(u64)ROW_MASK), only_result = !(cookie & (ROW_MASK | KEEP_ARGUMENTS));
		functions_add(only_entry ? &entries : only_result ? &ends : &both, all.addresses[i], cookie);
	}
	a->ends = attach(a->bpf->progs.any_end, &ends, true);
	a->sessions = a->ends ? session_attach(a->bpf->progs.any_session, a->kernel, &both) : -1;
	a->entries = a->sessions >= 0 ? attach(a->bpf->progs.any_entry, &entries, false) : NULL;
	functions_free(&all);
	functions_free(&entries);
	functions_free(&ends);
	functions_free(&both);
	return a->entries;
}

void attach_functions(struct attachment *a)
{
	if (!attach_three(a)) {
		attach_none(a);
		leave_out_unprobeable(a);
		if (!attach_three(a))
			die("the kernel's functions cannot be probed: %s", strerror(errno));
	}
	for (size_t i = 0; i < probe_count; i++)
		a->attached[i] = is_function(a, i);
}
