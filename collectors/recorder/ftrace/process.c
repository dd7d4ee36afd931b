/* SPDX-License-Identifier: Apache-2.0 */
/* Processes: who is whose, with which address space. Tracepoints name neither, so functions on their way are probed. */
#include "pages.h"
#include "thread.h"

#include <linux/sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	struct process_record end = {};
	pages_space_end(f, e, e->value[0]);
	ftrace_head(&end.head, e, RECORD_SPACE_END, e->value[0]);
	ftrace_call(f, e, &end.call);
	ftrace_put(f, &end, sizeof end);
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
