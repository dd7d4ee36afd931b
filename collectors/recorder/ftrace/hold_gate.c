/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tells of pages and ends of holds is off, and costs nothing, until a call that needs it switches it on: by triggers,
 * which act in the kernel before the call goes on.
 */
#include "hold.h"

#include "probes.h"

#include <stdio.h>
#include <string.h>

#define WHEN_BYTES 512

static bool is_row_of(const struct ftrace_probe *probe, const char *program, bool gated)
{
	return probe->row && !*probe->note && !strcmp(probe->row->program, program) &&
	       !strncmp(probe->row->kind, "tf_gated", 8) == gated;
}

/* The event of one program switches on those of another, when it says so ("": always). */
static void gate(struct ftrace *f, const char *from, const char *to, const char *when)
{
	char trigger[WHEN_BYTES + 256];
	for (size_t i = 0; i < f->probe_count; i++)
		for (size_t k = 0; is_row_of(&f->probes[i], from, false) && k < f->probe_count; k++) {
			const struct ftrace_probe *target = &f->probes[k];
			if (!is_row_of(target, to, true))
				continue;
			snprintf(trigger, sizeof trigger, "enable_event:%s:%s%s%s", target->group, target->name,
				 *when ? " if " : "", when);
			probes_set(&f->main, &f->probes[i], "trigger", trigger);
		}
}

static u64 end_of(const struct kernel *kernel, u64 function)
{
	u64 end = ~0ULL;
	for (size_t i = 0; i < kernel->symbol_count; i++)
		if (kernel->symbols[i].address > function && kernel->symbols[i].address < end)
			end = kernel->symbols[i].address;
	return end;
}

/* A long-term pin by nobody who says himself when it ends. */
static void other_pins(const struct ftrace *f, char when[WHEN_BYTES])
{
	static const char *const known[] = { "ib_umem_get", "__ib_umem_get_va", "vaddr_get_pfns", "vaddr_get_pfns.constprop.0",
					     "vaddr_get_pfn", "io_sqe_buffer_register" };
	const struct kernel *kernel = &f->recorder->kernel;
	int used = snprintf(when, WHEN_BYTES, "flags&%u", f->recorder->foll_longterm);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		u64 function = kernel_symbol(kernel, known[i]);
		if (function)
			used += snprintf(when + used, WHEN_BYTES - used, "&&(caller<%llu||caller>=%llu)",
					 (unsigned long long)function, (unsigned long long)end_of(kernel, function));
	}
}

void holds_gate(struct ftrace *f)
{
	static const char *const ends[] = { "unpin_page", "unpin_list", "unpin_range", "unpin_folio" };
	static const char *const calls[] = { "pin_fast_enter", "pin_plain_enter", "pin_remote_enter", "pin_unlocked_enter" };
	static const char *const splices[] = { "short_exit", "splice_pages", "get_fast_enter", "pipe_release" };
	char others[WHEN_BYTES], slow[32];
	other_pins(f, others);
	snprintf(slow, sizeof slow, "flags&%u", f->recorder->foll_longterm);
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
			gate(f, calls[i], ends[k], others);
		if (i)
			gate(f, calls[i], "slow_pages", slow);
	}
	for (size_t k = 0; k < sizeof splices / sizeof *splices; k++)
		gate(f, "vmsplice_enter", splices[k], "");
}

void holds_count_short(struct ftrace *f)
{
	static const char *const programs[] = { "short_exit", "short_fast_enter", "short_plain_enter", "short_remote_enter",
						"get_fast_enter" };
	static bool counted;
	for (size_t i = 0; !counted && i < sizeof programs / sizeof *programs; i++)
		ftrace_enable(f, programs[i], true);
	counted = true;
}
