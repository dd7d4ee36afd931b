/* SPDX-License-Identifier: Apache-2.0 */
#include "tasks.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct process *tasks_find(const struct tasks *tasks, u32 pid)
{
	return table_get(&tasks->by_pid, pid, 0);
}

struct process *tasks_add(struct tasks *tasks, u32 tid, u32 pid)
{
	struct process *process = tasks_find(tasks, pid);
	if (!process) {
		process = need_zero(sizeof *process);
		process->pid = pid;
		table_put(&tasks->by_pid, pid, 0, process);
	}
	if (!table_get(&tasks->by_tid, tid, 0))
		process->threads++;
	table_put(&tasks->by_tid, tid, 0, process);
	return process;
}

static void each_entry(const char *path, void (*act)(struct tasks *tasks, u32 number, u32 pid), struct tasks *tasks, u32 pid)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	while (directory && (entry = readdir(directory)))
		if (*entry->d_name >= '0' && *entry->d_name <= '9')
			act(tasks, strtoul(entry->d_name, NULL, 10), pid);
	if (directory)
		closedir(directory);
}

static void add_thread(struct tasks *tasks, u32 tid, u32 pid)
{
	tasks_add(tasks, tid, pid);
}

static void add_process(struct tasks *tasks, u32 pid, u32 none)
{
	char path[32];
	(void)none;
	snprintf(path, sizeof path, "/proc/%u/task", pid);
	each_entry(path, add_thread, tasks, pid);
}

void tasks_scan(struct tasks *tasks)
{
	for (size_t i = 0; tasks->by_pid.slots && i <= tasks->by_pid.mask; i++)
		free(tasks->by_pid.slots[i].value);
	free(tasks->by_pid.slots);
	free(tasks->by_tid.slots);
	*tasks = (struct tasks){};
	each_entry("/proc", add_process, tasks, 0);
}

struct process *tasks_process(struct tasks *tasks, u32 tid)
{
	struct process *process = table_get(&tasks->by_tid, tid, 0);
	if (process || !tid)
		return process;
	if (tasks_find(tasks, tid)) /* its first thread has ended, another is about to take its number in exec */
		return tasks_find(tasks, tid);
	char path[32];
	snprintf(path, sizeof path, "/proc/%u/status", tid);
	char *status = read_text(path);
	const char *line = status ? strstr(status, "\nTgid:") : NULL;
	u32 pid = line ? strtoul(line + 6, NULL, 10) : 0;
	free(status);
	return pid ? tasks_add(tasks, tid, pid) : NULL;
}

static void forget(struct tasks *tasks, struct process *process)
{
	table_remove(&tasks->by_pid, process->pid, 0);
	free(process);
}

bool tasks_remove(struct tasks *tasks, u32 tid)
{
	struct process *process = table_remove(&tasks->by_tid, tid, 0);
	if (!process || --process->threads)
		return false;
	forget(tasks, process);
	return true;
}

struct process *tasks_alone(struct tasks *tasks, u32 pid, u32 old_tid)
{
	if (old_tid != pid)
		table_remove(&tasks->by_tid, old_tid, 0);
	struct process *process = tasks_add(tasks, pid, pid);
	process->threads = 1;
	return process;
}
