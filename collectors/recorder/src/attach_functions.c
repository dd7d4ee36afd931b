/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kprobe.multi, where every function is probed by one of two links. That is not only quick: each link changes the kernel's
 * code once, and each change makes all CPUs stop for a moment.
 */
#include "attach.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pintrail.skel.h"

struct functions {
	unsigned long *addresses;
	u64 *cookies;
	size_t count;
};

static bool is_function(const struct attachment *a, size_t i)
{
	return *probes[i].kind == 'f' && !a->note[i];
}

static bool is_end(size_t i)
{
	return !strcmp(probes[i].kind, "fexit");
}

static u64 *cookie_of(struct functions *functions, unsigned long address)
{
	for (size_t i = 0; i < functions->count; i++)
		if (functions->addresses[i] == address)
			return &functions->cookies[i];
	functions->addresses[functions->count] = address;
	functions->cookies[functions->count] = 0;
	return &functions->cookies[functions->count++];
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

static bool attach_both(struct attachment *a)
{
	struct functions entries = { need(probe_count * sizeof(long)), need(probe_count * sizeof(u64)), 0 };
	struct functions ends = { need(probe_count * sizeof(long)), need(probe_count * sizeof(u64)), 0 };
	for (size_t i = 0; i < probe_count; i++) {
		if (!is_function(a, i))
			continue;
		unsigned long address = kernel_symbol(a->kernel, probes[i].function);
		if (!is_end(i)) {
			*cookie_of(&entries, address) |= i + 1;
		} else if (probes[i].result == RESULT_ONLY) {
			*cookie_of(&ends, address) |= i + 1;
		} else {
			*cookie_of(&ends, address) |= (i + 1) | KEEP_ARGUMENTS;
			*cookie_of(&entries, address) |= KEEP_ARGUMENTS;
		}
	}
	a->ends = attach(a->bpf->progs.any_end, &ends, true);
	a->entries = a->ends ? attach(a->bpf->progs.any_entry, &entries, false) : NULL;
	free(entries.addresses);
	free(entries.cookies);
	free(ends.addresses);
	free(ends.cookies);
	return a->entries;
}

void attach_functions(struct attachment *a)
{
	if (!attach_both(a)) {
		bpf_link__destroy(a->ends);
		leave_out_unprobeable(a);
		if (!attach_both(a))
			die("the kernel's functions cannot be probed: %s", strerror(errno));
	}
	for (size_t i = 0; i < probe_count; i++)
		a->attached[i] = is_function(a, i);
}
