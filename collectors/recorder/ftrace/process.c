/* SPDX-License-Identifier: Apache-2.0 */
/* Processes: who is whose, with which address space. Tracepoints name neither, so functions on their way are probed. */
#include "ask.h"
#include "hold.h"
#include "pages.h"
#include "region.h"

#include <linux/sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct table owners; /* by mm: the process that it was made for, or whose regions were the first in it */

static void end_space(struct ftrace *f, const struct ftrace_event *e, u64 mm, const struct call *call)
{
	struct process_record end = { .call = *call };
	table_remove(&owners, mm, 0);
	pages_space_end(f, e, mm);
	ftrace_head(&end.head, e, RECORD_SPACE_END, mm);
	ftrace_put(f, &end, sizeof end);
	holds_space_end(mm);
}

/* Nobody knows how it ended. The kernel uses a struct mm_struct again when the last umem of it is gone, too. */
static void ended_unseen(struct ftrace *f, const struct ftrace_event *e, u64 mm)
{
	static const struct call none = { .number = NO_CALL };
	umems_are_gone(f, e, mm);
	end_space(f, e, mm, &none);
}

/* By fork or exec: if there was another one at this place, its end has been lost. */
static void space_is_new(struct ftrace *f, const struct ftrace_event *e, u64 mm, u32 pid)
{
	if (!mm)
		return;
	if (table_get(&owners, mm, 0))
		ended_unseen(f, e, mm);
	table_put(&owners, mm, 0, (void *)(uintptr_t)pid);
}

/* uprobe_dup_mmap(old mm, new mm): fork copies an address space. */
void fork_copies(struct ftrace *f, const struct ftrace_event *e)
{
	struct process *process = tasks_process(&f->tasks, e->tid);
	ftrace_thread(f, e->tid)->fork_mm = e->value[1];
	if (process)
		process->mm = e->value[0];
}

/* task_newtask: pid, clone_flags; in the parent, when all that fork does is done. */
void new_task(struct ftrace *f, const struct ftrace_event *e)
{
	struct ftrace_thread *thread = ftrace_thread(f, e->tid);
	struct process_record fork = { .child_tid = e->value[0] };
	const struct process *parent = tasks_process(&f->tasks, e->tid);
	bool is_thread = e->value[1] & CLONE_THREAD;
	u64 mm = parent ? parent->mm : 0;
	fork.child_pid = is_thread ? e->pid : fork.child_tid;
	fork.child_mm = e->value[1] & CLONE_VM ? mm : thread->fork_mm;
	tasks_add(&f->tasks, fork.child_tid, fork.child_pid)->mm = fork.child_mm;
	thread->fork_mm = 0;
	if (!(e->value[1] & CLONE_VM))
		space_is_new(f, e, fork.child_mm, fork.child_pid);
	ftrace_head(&fork.head, e, RECORD_FORK, mm);
	if (mm)
		ftrace_put(f, &fork, sizeof fork);
}

/* arch_pick_mmap_layout(mm): exec has given the thread a new address space. */
void exec_layout(struct ftrace *f, const struct ftrace_event *e)
{
	ftrace_thread(f, e->tid)->exec_mm = e->value[0];
}

/* sched_process_exec: filename, pid, old_pid */
void executed(struct ftrace *f, const struct ftrace_event *e)
{
	struct ftrace_thread *thread = ftrace_thread(f, e->tid);
	struct process_record exec = {};
	struct process *process = tasks_alone(&f->tasks, e->value[1], e->value[2]);
	const char *file = ftrace_text(e, 0), *slash = strrchr(file, '/');
	process->mm = thread->exec_mm;
	thread->exec_mm = 0;
	space_is_new(f, e, process->mm, process->pid);
	ftrace_head(&exec.head, e, RECORD_EXEC, process->mm);
	exec.head.pid = process->pid;
	snprintf(exec.file, sizeof exec.file, "%s", file);
	snprintf(exec.comm, sizeof exec.comm, "%.15s", slash ? slash + 1 : file);
	ftrace_put(f, &exec, sizeof exec);
}

/* do_exit(code), before sched_process_exit, which does not have it */
void exit_begins(struct ftrace *f, const struct ftrace_event *e)
{
	ftrace_thread(f, e->tid)->exit_code = e->value[0];
}

void exited(struct ftrace *f, const struct ftrace_event *e)
{
	struct ftrace_thread *thread = table_remove(&f->threads, e->tid, 0);
	pages_thread_end(f, e->tid);
	struct process_record exit = { .code = thread ? thread->exit_code : 0 };
	ftrace_head(&exit.head, e, RECORD_EXIT, 0);
	exit.whole = tasks_remove(&f->tasks, e->tid);
	ftrace_put(f, &exit, sizeof exit);
	if (thread) {
		holds_thread_end(f, e, thread);
		free(thread->pin);
		free(thread->mark);
	}
	free(thread);
}

/* task_rename: pid, newcomm */
void renamed(struct ftrace *f, const struct ftrace_event *e)
{
	struct process_record rename = {};
	const struct process *process = tasks_process(&f->tasks, e->value[0]);
	ftrace_head(&rename.head, e, RECORD_RENAME, 0);
	rename.head.tid = e->value[0];
	rename.head.pid = process ? process->pid : 0;
	snprintf(rename.comm, sizeof rename.comm, "%s", ftrace_text(e, 1));
	ftrace_put(f, &rename, sizeof rename);
}

/* exit_mmap(mm) */
void space_ends(struct ftrace *f, const struct ftrace_event *e)
{
	struct call call;
	ftrace_call(f, e, &call);
	end_space(f, e, e->value[0], &call);
}

static bool still_has(struct ftrace *f, u32 pid, u64 mm)
{
	int pagemap;
	bool has = ftrace_open_pagemap(f, pid, &pagemap) == mm;
	if (pagemap >= 0)
		close(pagemap);
	return has;
}

void space_is_used(struct ftrace *f, const struct ftrace_event *e, u64 mm)
{
	u32 owner = (uintptr_t)table_get(&owners, mm, 0);
	if (!mm || !e->pid || owner == e->pid)
		return;
	if (owner && (!pages_have_been_lost() || still_has(f, owner, mm)))
		return; /* its parent's, or a child's of vfork() */
	if (owner)
		ended_unseen(f, e, mm);
	table_put(&owners, mm, 0, (void *)(uintptr_t)e->pid);
}

/* A system call: its number and arguments, from the registers it was called with. */
void call_begins(struct ftrace *f, const struct ftrace_event *e)
{
	struct call *call = &ftrace_thread(f, e->tid)->call;
	call->number = e->value[0];
	memcpy(call->argument, &e->value[1], sizeof call->argument);
}

void call_ends(struct ftrace *f, const struct ftrace_event *e)
{
	ftrace_thread(f, e->tid)->call = (struct call){ .number = NO_CALL };
}
