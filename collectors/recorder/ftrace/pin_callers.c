/* SPDX-License-Identifier: Apache-2.0 */
/* Which of the events at the return of a call tells its pages, by caller: see pin.c. */
#include "pin.h"

#include "probes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CALLERS 32

struct caller {
	u64 address;
	const char *list; /* in the fetch column: where the list's address is taken from */
	size_t length;
};

static struct caller callers[MAX_CALLERS];
static size_t caller_count;

/* "list=%r14" of the fetch column. */
static const char *list_of(const struct ftrace_probe *probe, size_t *length)
{
	const char *at = strstr(probe->row->fetch, "list=");
	*length = at ? strcspn(at, " ") : 0;
	return at;
}

static bool reads(const struct ftrace_probe *probe, const struct caller *caller)
{
	size_t length;
	const char *list = list_of(probe, &length);
	return list && length == caller->length && !strncmp(list, caller->list, length);
}

/* Those that no caller needs are switched off: reading where no list is costs a page fault for each word. */
static void choose(struct ftrace *f)
{
	for (size_t i = 0; i < f->probe_count; i++) {
		const struct ftrace_probe *probe = &f->probes[i];
		bool needed = !caller_count;
		if (!probe->attached || strcmp(probe->row->program, "pin_pages"))
			continue;
		for (size_t c = 0; c < caller_count; c++)
			needed |= reads(probe, &callers[c]);
		probes_set(&f->main, probe, "enable", needed ? "1" : "0");
	}
}

static struct caller *find(u64 address)
{
	for (size_t i = 0; i < caller_count; i++)
		if (callers[i].address == address)
			return &callers[i];
	return NULL;
}

void pin_caller_uses(struct ftrace *f, u64 address, const struct ftrace_probe *probe)
{
	struct caller caller = { .address = address };
	if (find(address) || caller_count == MAX_CALLERS)
		return;
	caller.list = list_of(probe, &caller.length);
	callers[caller_count++] = caller;
	choose(f);
}

/* All are asked again. */
void pin_caller_is_strange(struct ftrace *f)
{
	caller_count = 0;
	choose(f);
}
