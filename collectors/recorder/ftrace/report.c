/* SPDX-License-Identifier: Apache-2.0 */
/* PROBE events: what is attached, and what the kernel does not have. */
#include "probes.h"

#include <string.h>

enum { MISSING = 0, ATTACHED = 1, NOT_NEEDED = 2 };

static bool event_is_attached(const struct ftrace *f, const char *event)
{
	for (size_t i = 0; i < f->probe_count; i++)
		if (f->probes[i].attached && !strcmp(f->probes[i].row->event, event))
			return true;
	return false;
}

bool ftrace_is_attached(const struct ftrace *f, const char *program)
{
	for (size_t i = 0; i < f->probe_count; i++)
		if (f->probes[i].attached && !strcmp(f->probes[i].row->program, program))
			return true;
	return false;
}

void probes_report(const struct ftrace *f, struct ptl_writer *out, u64 time)
{
	for (size_t i = 0; i < f->probe_count; i++) {
		const struct ftrace_probe *probe = &f->probes[i];
		const struct ftrace_row *row = probe->row;
		if (!row)
			continue;
		u8 status = probe->attached                                   ? ATTACHED
			    : row->needed && !event_is_attached(f, row->event) ? MISSING
										: NOT_NEEDED;
		const char *note = probe->attached ? row->kind + strlen("tf_") : probe->note;
		ptl_probe(out, time, 0, 0, row->event, row->function, status, note);
		if (status == MISSING)
			warn("probe missing: %s (%s): %s", row->event, row->function, note);
	}
}
