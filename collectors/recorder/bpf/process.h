/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Processes: raw tracepoints, whose arguments are at ctx like those of a function. And marks. */
#include "stack.h"

__hidden_inline struct process_record *process_record(u32 kind, u64 mm)
{
	struct process_record *record = reserve(sizeof *record);
	if (!record)
		return 0;
	fill_head(&record->head, kind, mm);
	record->child_mm = 0;
	record->child_pid = record->child_tid = record->whole = record->code = 0;
	record->file[0] = 0;
	bpf_get_current_comm(record->comm, sizeof record->comm);
	return record;
}

SEC("raw_tp/sched_process_fork")
int process_fork(void *ctx)
{
	TRACEPOINT_ARGUMENTS(ctx, 2); /* parent, child */
	struct task_struct *child = (void *)a[1];
	struct process_record *fork = process_record(RECORD_FORK, current_mm());
	if (!fork)
		return 0;
	fork->child_mm = (u64)BPF_CORE_READ(child, mm);
	fork->child_pid = BPF_CORE_READ(child, tgid);
	fork->child_tid = BPF_CORE_READ(child, pid);
	submit(fork);
	return 0;
}

SEC("raw_tp/sched_process_exec")
int process_exec(void *ctx)
{
	TRACEPOINT_ARGUMENTS(ctx, 3); /* task, old pid, binprm */
	struct process_record *exec = process_record(RECORD_EXEC, current_mm());
	if (!exec)
		return 0;
	bpf_probe_read_kernel_str(exec->file, sizeof exec->file, BPF_CORE_READ((struct linux_binprm *)a[2], filename));
	submit(exec);
	return 0;
}

SEC("raw_tp/sched_process_exit")
int process_exit(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	thread_ends();
	frames_remove();
	bool whole = BPF_CORE_READ(task, signal, live.counter) == 0;
	if (whole && space_in_scope(current_mm()))
		take_stack(ctx, CAUSE_OTHER);
	struct process_record *exit = process_record(RECORD_EXIT, 0);
	if (!exit)
		return 0;
	exit->code = BPF_CORE_READ(task, exit_code);
	exit->whole = whole;
	submit(exit);
	return 0;
}

SEC("raw_tp/task_rename")
int process_rename(void *ctx)
{
	TRACEPOINT_ARGUMENTS(ctx, 2); /* task, new name */
	struct task_struct *task = (void *)a[0];
	struct process_record *rename = process_record(RECORD_RENAME, current_mm());
	if (!rename)
		return 0;
	rename->head.pid = BPF_CORE_READ(task, tgid);
	rename->head.tid = BPF_CORE_READ(task, pid);
	bpf_probe_read_kernel_str(rename->comm, sizeof rename->comm, (void *)a[1]);
	submit(rename);
	return 0;
}

/*
 * tracing_mark_write() itself is not traceable, so writes are watched and recognised by the file's operations. Text that
 * is not in memory yet is read by user space from the process.
 */
__shared int put_mark(u64 address, u64 count)
{
	if (count < SHORT_MARK_BYTES) {
		struct short_mark_record *mark = reserve(sizeof *mark);
		if (!mark)
			return 0;
		fill_head(&mark->head, RECORD_SHORT_MARK, current_mm());
		mark->address = address;
		mark->bytes = count;
		mark->unread = bpf_probe_read_user(mark->text, count & (SHORT_MARK_BYTES - 1), (void *)address) != 0;
		submit(mark);
		return 0;
	}
	struct mark_record *mark = reserve(sizeof *mark);
	if (!mark)
		return 0;
	u64 bytes = count < MARK_BYTES ? count : MARK_BYTES - 1;
	fill_head(&mark->head, RECORD_MARK, current_mm());
	mark->address = address;
	mark->bytes = bytes;
	mark->unread = bpf_probe_read_user(mark->text, bytes & (MARK_BYTES - 1), (void *)address) != 0;
	submit(mark);
	return 0;
}

__hidden_inline bool is_marker(u64 file)
{
	return settings.mark_write && (u64)BPF_CORE_READ((struct file *)file, f_op, write) == settings.mark_write;
}

AT_ENTRY(write_enter, true)
{
	/* file, buffer, count */
	return is_marker(a[0]) ? put_mark(a[1], a[2]) : 0;
}

/* writev(), as stdio of musl does it: the kernel writes each part by itself, so each is a mark. An empty one is none. */
AT_ENTRY(writev_enter, true)
{
	/* file, parts, count */
	if (!is_marker(a[0]))
		return 0;
	for (int i = 0; i < MARK_PARTS; i++) {
		u64 part[2] = {}; /* address, count */
		if (i >= a[2] || bpf_probe_read_user(part, sizeof part, (void *)(a[1] + i * sizeof part)))
			break;
		if (part[1])
			put_mark(part[0], part[1]);
	}
	return 0;
}
