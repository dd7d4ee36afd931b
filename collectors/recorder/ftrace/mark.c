/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tracing_mark_write() cannot be probed, so all writes are watched and known by their file's operations. That costs every
 * writer on the host as little as possible: mark_begins only looks at the file. The events that fetch a text are off until
 * mark_begins, by a trigger, switches them on from inside the kernel: they are probes of the same function, run after it.
 */
#include "mark.h"

#include "probes.h"
#include "thread.h"

#include <stdio.h>
#include <string.h>
#include <sys/uio.h>

#define WAIT_NS 20000000ULL /* the parts of a text follow its beginning at once */

static u32 pending;

/* The event that switches a text's on: of the same function, and not a text itself. */
static const struct ftrace_probe *beginning(const struct ftrace *f, const struct ftrace_row *text)
{
	for (size_t i = 0; i < f->probe_count; i++) {
		const struct ftrace_row *row = f->probes[i].row;
		if (row && !strcmp(row->function, text->function) && !strcmp(row->kind, "tf_entry") && !*f->probes[i].note)
			return &f->probes[i];
	}
	return NULL;
}

void mark_gate(struct ftrace *f)
{
	for (size_t i = 0; i < f->probe_count; i++) {
		const struct ftrace_probe *probe = &f->probes[i];
		char trigger[256];
		if (!probe->row || strncmp(probe->row->program, "mark_", 5) || strcmp(probe->row->kind, "tf_gated") || *probe->note)
			continue;
		const struct ftrace_probe *first = beginning(f, probe->row);
		snprintf(trigger, sizeof trigger, "enable_event:%s:%s if operations==%llu", probe->group, probe->name,
			 (unsigned long long)ftrace_constant(f, "tracing_mark_fops"));
		if (first)
			probes_set(&f->main, first, "trigger", trigger);
	}
}

static void put_mark(struct ftrace *f, const struct pending_mark *mark, bool whole)
{
	struct mark_record record;
	record.head = (struct record){ RECORD_MARK, mark->cpu, mark->time, mark->pid, mark->tid, 0 };
	record.address = mark->address;
	record.bytes = mark->bytes;
	record.unread = !whole || memchr(mark->text, 0, mark->bytes);
	memcpy(record.text, mark->text, sizeof record.text);
	ftrace_put(f, &record, sizeof record);
}

static void put_pending(struct ftrace *f, struct pending_mark *mark, bool whole)
{
	put_mark(f, mark, whole);
	mark->bytes = 0;
	pending--;
}

/* operations, buffer, count */
void mark_begins(struct ftrace *f, const struct ftrace_event *e)
{
	struct ftrace_thread *thread = ftrace_thread(f, e->tid);
	struct pending_mark *mark = thread->mark;
	if (!mark)
		mark = thread->mark = need_zero(sizeof *mark);
	if (mark->bytes)
		put_pending(f, mark, false);
	mark->time = e->time;
	mark->cpu = e->cpu;
	mark->pid = e->pid;
	mark->tid = e->tid;
	mark->address = e->value[1];
	mark->bytes = e->value[2] < MARK_BYTES ? e->value[2] : MARK_BYTES - 1;
	mark->have = 0;
	pending += mark->bytes != 0;
}

/* operations, count, which byte comes first, then the words of the text from there on */
void mark_text(struct ftrace *f, const struct ftrace_event *e)
{
	struct pending_mark *mark = ftrace_thread(f, e->tid)->mark;
	u32 from = e->value[2], bytes = (e->values - 3) * 8;
	if (!mark || from >= mark->bytes)
		return;
	if (bytes > mark->bytes - from)
		bytes = mark->bytes - from;
	memcpy(mark->text + from, &e->value[3], bytes);
	mark->have += bytes;
	if (mark->have >= mark->bytes)
		put_pending(f, mark, true);
}

/* operations: only switches on what follows */
void mark_parts_begin(struct ftrace *f, const struct ftrace_event *e)
{
	(void)f;
	(void)e;
}

/*
 * operations, parts, number, address, count, then the words of the text: one part of a writev(), which is a mark by itself.
 * Probes of one function run in the reverse order of their rows.
 */
void mark_part(struct ftrace *f, const struct ftrace_event *e)
{
	u32 have = (e->values - 5) * 8;
	struct pending_mark mark = { .time = e->time, .address = e->value[3], .pid = e->pid, .tid = e->tid, .cpu = e->cpu,
				     .bytes = e->value[4] < MARK_BYTES ? e->value[4] : MARK_BYTES - 1 };
	if (!mark.bytes)
		return;
	memcpy(mark.text, &e->value[5], have < mark.bytes ? have : mark.bytes);
	put_mark(f, &mark, have >= mark.bytes);
}

void mark_idle(struct ftrace *f, u64 complete_until)
{
	for (size_t i = 0; pending && f->threads.slots && i <= f->threads.mask; i++) {
		struct ftrace_thread *thread = f->threads.slots[i].value;
		if (thread && thread->mark && thread->mark->bytes && thread->mark->time + WAIT_NS < complete_until)
			put_pending(f, thread->mark, false);
	}
}
