/* SPDX-License-Identifier: Apache-2.0 */
/* What handlers have in common. */
#include "thread.h"

#include "hold.h"
#include "pages.h"
#include "probes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ftrace_thread *ftrace_thread(struct ftrace *f, u32 tid)
{
	struct ftrace_thread *thread = table_get(&f->threads, tid, 0);
	if (!thread) {
		thread = need_zero(sizeof *thread);
		thread->call.number = NO_CALL;
		table_put(&f->threads, tid, 0, thread);
	}
	return thread;
}

/* Marks stay: of them parts may be missing. */
void ftrace_threads_forget(struct ftrace *f)
{
	for (size_t i = 0; f->threads.slots && i <= f->threads.mask; i++) {
		struct ftrace_thread *thread = f->threads.slots[i].value;
		if (!thread)
			continue;
		hold_gives_up(f, thread);
		if (thread->umem)
			pages_unwatch(f, thread->umem_mm, thread->umem_start, thread->umem_watched);
		free(thread->pin);
		*thread = (struct ftrace_thread){ .mark = thread->mark, .exit_code = thread->exit_code, .call = { .number = NO_CALL } };
	}
}

void ftrace_head(struct record *head, const struct ftrace_event *e, u32 kind, u64 mm)
{
	*head = (struct record){ kind, e->cpu, e->time, e->pid, e->tid, mm };
}

void ftrace_put(struct ftrace *f, const void *record, u32 bytes)
{
	queue_put(f->records, record, bytes);
}

void ftrace_call(struct ftrace *f, const struct ftrace_event *e, struct call *call)
{
	const struct ftrace_thread *thread = table_get(&f->threads, e->tid, 0);
	*call = thread ? thread->call : (struct call){ .number = NO_CALL };
}

static struct ftrace_constant *find(const struct ftrace *f, const char *name)
{
	for (size_t i = 0; i < f->constant_count; i++)
		if (!strcmp(f->constants[i].name, name))
			return (struct ftrace_constant *)&f->constants[i];
	return NULL;
}

bool ftrace_has_constant(const struct ftrace *f, const char *name)
{
	return find(f, name);
}

u64 ftrace_constant(const struct ftrace *f, const char *name)
{
	const struct ftrace_constant *constant = find(f, name);
	if (!constant)
		die("internal: probes.tsv has no number %s for this kernel", name);
	return constant->value;
}

void ftrace_set_constant(struct ftrace *f, const char *name, u64 value)
{
	struct ftrace_constant *constant = find(f, name);
	if (!constant && f->constant_count == MAX_CONSTANTS)
		die("internal: more than %d numbers in probes.tsv", MAX_CONSTANTS);
	if (!constant)
		constant = &f->constants[f->constant_count++];
	snprintf(constant->name, sizeof constant->name, "%s", name);
	constant->value = value;
}

void ftrace_unset_constant(struct ftrace *f, const char *name)
{
	struct ftrace_constant *constant = find(f, name);
	if (constant)
		*constant = f->constants[--f->constant_count];
}
