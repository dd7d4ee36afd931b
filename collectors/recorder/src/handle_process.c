/* SPDX-License-Identifier: Apache-2.0 */
/* Processes that have regions, had them, or are children of such; with scope all every process. And marks. */
#include "recorder.h"

#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

static void forked(struct recorder *r, const struct process_record *fork)
{
	struct space *parent = spaces_find(&r->spaces, fork->head.mm);
	if (!parent && !r->scope_all)
		return;
	bool thread = fork->child_pid == fork->head.pid;
	struct space *child = spaces_get(&r->spaces, fork->child_mm, fork->child_pid);
	if (!thread) {
		child->pid = child == parent ? child->pid : fork->child_pid;
		child->announced = true;
		spaces_adopt(&r->spaces, fork->child_pid, child);
	}
	ptl_fork(r->out, fork->head.time, fork->head.pid, fork->head.tid, fork->child_pid, fork->child_tid, child->asid);
}

static void executed(struct recorder *r, const struct process_record *exec)
{
	if (!r->scope_all && !spaces_of_process(&r->spaces, exec->head.pid))
		return;
	struct space *space = spaces_get(&r->spaces, exec->head.mm, exec->head.pid);
	space->announced = true;
	spaces_adopt(&r->spaces, exec->head.pid, space);
	ptl_exec(r->out, exec->head.time, exec->head.pid, exec->head.tid, space->asid, exec->comm, exec->file);
}

static void exited(struct recorder *r, const struct process_record *exit)
{
	free(table_remove(&r->calls, exit->head.tid, 0));
	if (!r->scope_all && !spaces_of_process(&r->spaces, exit->head.pid))
		return;
	ptl_exit(r->out, exit->head.time, exit->head.pid, exit->head.tid, exit->whole, exit->code >> 8 & 255);
	if (exit->whole)
		spaces_forget_process(&r->spaces, exit->head.pid);
}

static void ended(struct recorder *r, const struct process_record *end)
{
	struct space *space = spaces_find(&r->spaces, end->head.mm);
	if (!space)
		return;
	ptl_space_end(r->out, end->head.time, end->head.pid, end->head.tid, space->asid,
		      call_of(r, &end->head, &end->call));
	spaces_end(&r->spaces, space);
}

void handle_process(struct recorder *r, const struct record *record)
{
	const struct process_record *process = (const void *)record;
	switch (record->kind) {
	case RECORD_FORK:
		forked(r, process);
		break;
	case RECORD_EXEC:
		executed(r, process);
		break;
	case RECORD_EXIT:
		exited(r, process);
		break;
	case RECORD_SPACE_END:
		ended(r, process);
		break;
	default:
		if (r->scope_all || spaces_of_process(&r->spaces, record->pid))
			ptl_thread(r->out, record->time, record->pid, record->tid, process->comm);
	}
}

static void read_from_process(const struct record *record, u64 address, char *text, u32 bytes)
{
	struct iovec to = { text, bytes }, from = { (void *)address, bytes };
	ssize_t got = process_vm_readv(record->pid, &to, 1, &from, 1, 0);
	text[got > 0 ? got : 0] = 0;
	if (got <= 0)
		warn("a mark of process %u could not be read", record->pid);
}

void handle_mark(struct recorder *r, const struct record *record)
{
	const struct mark_record *mark = (const void *)record;
	char text[MARK_BYTES + 1];
	u32 bytes = mark->bytes;
	if (mark->unread) {
		read_from_process(record, mark->address, text, bytes);
	} else {
		memcpy(text, mark->text, bytes);
		text[bytes] = 0;
	}
	bytes = strlen(text);
	if (bytes && text[bytes - 1] == '\n')
		text[bytes - 1] = 0;
	ptl_mark(r->out, record->time, record->pid, record->tid, text);
}
