/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel gives a struct mm_struct to another process. When the end of the one before has been lost, the ftrace backend
 * must not take the two for one: the regions of the second would be looked for in the pagemap of the first. Runs on the
 * host, without tracefs: the events are handed to their handlers.
 */
#include "../ftrace/ftrace.h"

#include <linux/sched.h>
#include <stdio.h>
#include <stdlib.h>

#define PARENT 5
#define PARENT_MM 0xffff888000001000
#define CHILD_MM 0xffff888000002000

ftrace_handler fork_copies, new_task, space_ends;

static struct queue records;
static struct ftrace ftrace = { .records = &records };
static u64 now;
static int failed;

static void event(ftrace_handler *handle, u32 tid, u64 first, u64 second)
{
	struct ftrace_event e = { .time = ++now, .tid = tid, .pid = tid, .values = 2, .value = { first, second } };
	handle(&ftrace, &e);
}

static void fork_child(u32 pid, u64 flags)
{
	if (!(flags & CLONE_VM))
		event(fork_copies, PARENT, PARENT_MM, CHILD_MM);
	event(new_task, PARENT, pid, flags);
}

static void check(const char *what, u32 expected)
{
	struct record *record = queue_take(&records, -1ULL);
	u32 kind = record ? record->kind : 0;
	printf("%s %s\n", kind == expected ? "ok  " : "FAIL", what);
	failed |= kind != expected;
	free(record);
}

int main(void)
{
	tasks_add(&ftrace.tasks, PARENT, PARENT);

	fork_child(10, 0);
	check("a process is forked", RECORD_FORK);
	check("and nothing else", 0);

	fork_child(11, 0);
	check("another has its address space: that of the first has ended", RECORD_SPACE_END);
	check("before the other was forked", RECORD_FORK);

	fork_child(12, CLONE_VM);
	check("one that shares its parent's", RECORD_FORK);
	check("ends nothing", 0);

	event(space_ends, 11, CHILD_MM, 0);
	check("an end that is seen", RECORD_SPACE_END);
	fork_child(13, 0);
	check("is not told of again", RECORD_FORK);
	return failed;
}
