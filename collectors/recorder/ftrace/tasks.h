/* SPDX-License-Identifier: Apache-2.0 */
/* Which process a thread belongs to, and which address space a process has: events name only the thread. */
#ifndef PINTRAIL_TASKS_H
#define PINTRAIL_TASKS_H

#include "../src/table.h"

struct process {
	u32 pid, threads;
	u64 mm; /* kernel's mm_struct, 0 not known */
};

struct tasks {
	struct table by_tid;  /* struct process */
	struct table by_pid;
};

/* Those that are there now, and nothing of what was known before. New ones must be told of already. */
void tasks_scan(struct tasks *tasks);

/* NULL when the thread is not known and not there any more. */
struct process *tasks_process(struct tasks *tasks, u32 tid);
struct process *tasks_find(const struct tasks *tasks, u32 pid);

struct process *tasks_add(struct tasks *tasks, u32 tid, u32 pid);

/* A thread ends. Returns whether it was the last of its process, which is forgotten then. */
bool tasks_remove(struct tasks *tasks, u32 tid);

/* A thread has become the only one of its process by exec, and has its number now. */
struct process *tasks_alone(struct tasks *tasks, u32 pid, u32 old_tid);

#endif
