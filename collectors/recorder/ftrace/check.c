/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TYPES "/sys/kernel/btf/vmlinux"
#define NOT_THERE (-1)

/* What the types say of "STRUCTURE.MEMBER", "sizeof(struct STRUCTURE)" or an enumerator, -1 when nothing. */
static s64 number_of(const struct kernel *kernel, const char *what)
{
	char type[64], member[64];
	if (sscanf(what, "sizeof(struct %63[^)])", type) == 1) {
		u32 size = kernel_size(kernel, type);
		return size ? (s64)size : NOT_THERE;
	}
	if (sscanf(what, "%63[a-z_].%63[a-z_]", type, member) == 2)
		return kernel_offset(kernel, type, member);
	u32 value = strchr(what, ' ') ? ~0U : kernel_enumerator(kernel, what, ~0U);
	return value == ~0U ? NOT_THERE : (s64)value;
}

static void check_row(struct ftrace *f, const struct ftrace_row *row)
{
	const struct kernel *kernel = &f->recorder->kernel;
	s64 here = number_of(kernel, row->event), there = strtoll(row->fetch, NULL, 0);
	if (here == NOT_THERE || here == there)
		return;
	if (row->needed)
		die("%s is %lld in " TYPES ", the row %s of probes.tsv says %lld for Linux %u.%u; record with --backend ebpf, "
		    "or correct the row",
		    row->event, (long long)here, row->program, (long long)there, kernel->version >> 8, kernel->version & 255);
	ftrace_unset_constant(f, row->program);
}

void check_numbers(struct ftrace *f)
{
	struct kernel *kernel = &f->recorder->kernel;
	if (access(TYPES, R_OK))
		return;
	libbpf_print_fn_t print = libbpf_set_print(NULL); /* types that it does not know are not our concern */
	struct btf *types = btf__parse_raw(TYPES), *others = kernel->types;
	libbpf_set_print(print);
	kernel->types = types;
	for (size_t i = 0; kernel->types && i < ftrace_row_count; i++) {
		const struct ftrace_row *row = &ftrace_rows[i];
		if (!strcmp(row->kind, "tf_const") && kernel->version >= row->from && kernel->version <= row->until)
			check_row(f, row);
	}
	kernel->types = others;
	btf__free(types);
}
