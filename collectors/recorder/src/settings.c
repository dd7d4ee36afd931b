/* SPDX-License-Identifier: Apache-2.0 */
#include "settings.h"

#include <stdlib.h>
#include <string.h>

#include "pintrail.skel.h"

/* Without module types (5.10) the start of these structures is taken as it has been since 5.8: nothing in it is optional. */
static s32 offset(const struct kernel *kernel, const char *type, const char *member, s32 otherwise)
{
	s32 found = kernel_offset(kernel, type, member);
	if (found >= 0)
		return found;
	return kernel->version == (5 << 8 | 10) ? otherwise : -1;
}

/* The flag is shown only while the kernel uses it, so it is off with no5lvl. */
static bool has_five_levels(void)
{
	char *cpuinfo = read_text("/proc/cpuinfo");
	bool found = cpuinfo && strstr(cpuinfo, " la57");
	free(cpuinfo);
	return found;
}

/* Enumerators from 6.3 on, before that macros: 0x10000 in 5.10 to 6.2. */
static u32 foll_longterm(const struct kernel *kernel)
{
	return kernel_enumerator(kernel, "FOLL_LONGTERM", 0x10000);
}

void settings_fill(struct settings *settings, const struct kernel *kernel, bool scope_all, bool no_stacks)
{
	*settings = (struct settings){
		.mark_write = kernel_symbol(kernel, "tracing_mark_write"),
		.struct_page_bytes = kernel_size(kernel, "page"),
		.five_levels = has_five_levels(),
		.scope_all = scope_all,
		.no_stacks = no_stacks,
		.foll_longterm = foll_longterm(kernel),
		.mr_device = offset(kernel, "ib_mr", "device", 0),
		.mr_lkey = offset(kernel, "ib_mr", "lkey", 16),
		.mr_rkey = offset(kernel, "ib_mr", "rkey", 20),
		.mr_iova = offset(kernel, "ib_mr", "iova", 24),
		.mr_length = offset(kernel, "ib_mr", "length", 32),
		.mr_type = offset(kernel, "ib_mr", "type", 44),
		.mr_user = kernel_enumerator(kernel, "IB_MR_TYPE_USER", 3),
		.mr_res = offset(kernel, "ib_mr", "res", 80),
		.umem_device = offset(kernel, "ib_umem", "ibdev", 0),
		.umem_flags = offset(kernel, "ib_umem", "writable", 40),
		.umem_mm = offset(kernel, "ib_umem", "owning_mm", 8),
		.umem_length = offset(kernel, "ib_umem", "length", 24),
		.umem_address = offset(kernel, "ib_umem", "address", 32),
		.pd_device = offset(kernel, "ib_pd", "device", 8),
		.restrack_type = offset(kernel, "rdma_restrack_entry", "type", 56),
		.drains_before_copy = kernel->version >= (5 << 8 | 19),
		.restrack_mr = kernel_enumerator(kernel, "RDMA_RESTRACK_MR", 4),
	};
}

void layout_read(struct attachment *a, struct recorder *r)
{
	enum { OFFSET_BASE, VMEMMAP, MASK, HUGE_ZERO, WORDS };
	const u64 addresses[WORDS] = {
		[OFFSET_BASE] = kernel_symbol(&r->kernel, "page_offset_base"),
		[VMEMMAP] = kernel_symbol(&r->kernel, "vmemmap_base"),
		[MASK] = kernel_symbol(&r->kernel, "physical_mask"),
		[HUGE_ZERO] = kernel_symbol(&r->kernel, "huge_zero_pfn"),
	};
	u64 values[WORDS];
	attach_peek(a, addresses, values, WORDS);
	if (!values[OFFSET_BASE] || !values[VMEMMAP])
		die("the kernel's page_offset_base and vmemmap_base cannot be read; is CONFIG_RANDOMIZE_MEMORY set?");
	r->layout = (struct layout){ values[OFFSET_BASE], values[VMEMMAP], values[MASK] ? values[MASK] : (1ULL << 52) - 1 };
	a->bpf->bss->layout = r->layout;
	r->huge_zero_frame = values[HUGE_ZERO] == ~0ULL ? 0 : values[HUGE_ZERO];
}

void flags_fill(struct recorder *r)
{
	r->foll_write = 0x01;
	r->foll_force = kernel_enumerator(&r->kernel, "FOLL_FORCE", 0x10);
	r->foll_longterm = foll_longterm(&r->kernel);
	r->foll_fast_only = kernel_enumerator(&r->kernel, "FOLL_FAST_ONLY", 0x80000);
	r->foll_pin = kernel_enumerator(&r->kernel, "FOLL_PIN", 0x40000);
}
