/* SPDX-License-Identifier: Apache-2.0 */
#include "ask.h"

#include "probes.h"
#include "tracefs.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SELF_BUFFER_KIB 64

static struct ftrace_probe *peek_probe, *mm_probe;

struct question {
	struct ftrace *f;
	const struct ftrace_probe *probe;
	struct ftrace_event *answer;
	bool answered;
};

static void take_answer(void *ctx, const struct raw_event *raw)
{
	static u8 bytes[4096];
	struct question *question = ctx;
	u16 id;
	__builtin_memcpy(&id, raw->data, sizeof id);
	if (!question->probe || id != question->probe->id || raw->bytes > sizeof bytes)
		return;
	__builtin_memcpy(bytes, raw->data, raw->bytes);
	question->answer->time = raw->time;
	question->answer->raw = bytes;
	question->answer->bytes = raw->bytes;
	probes_decode(question->probe, question->answer);
	question->answered = true;
}

static void ignore_loss(void *ctx, u32 cpu, u64 count, u64 since, u64 until)
{
	(void)ctx, (void)cpu, (void)count, (void)since, (void)until;
}

const struct ftrace_event *ftrace_ask(struct ftrace *f, const struct ftrace_probe *probe, void (*act)(void *ctx), void *ctx)
{
	static struct ftrace_event answer;
	struct question question = { f, probe, &answer, false };
	const struct page_sink sink = { take_answer, ignore_loss, &question };
	int before = sched_getcpu();
	act(ctx);
	int after = sched_getcpu();
	instance_drain_cpu(&f->self, before, &sink);
	if (after != before)
		instance_drain_cpu(&f->self, after, &sink);
	if (!question.answered)
		instance_drain(&f->self, &sink);
	return question.answered ? &answer : NULL;
}

/* getcpu() does not use its third argument, and hardly anybody calls it: libraries ask the vDSO. */
static void call_getcpu(void *addresses)
{
	syscall(SYS_getcpu, NULL, NULL, addresses);
}

bool ftrace_peek(struct ftrace *f, const u64 *addresses, size_t count, u64 (*words)[PEEK_WORDS])
{
	u64 ask[PEEK_AT_ONCE];
	for (size_t i = 0; i < PEEK_AT_ONCE; i++)
		ask[i] = addresses[i < count ? i : 0];
	const struct ftrace_event *answer = ftrace_ask(f, peek_probe, call_getcpu, ask);
	if (!answer || answer->values != PEEK_AT_ONCE * PEEK_WORDS)
		return false;
	__builtin_memcpy(words, answer->value, count * sizeof *words);
	return true;
}

u64 ftrace_peek_word(struct ftrace *f, u64 address)
{
	u64 words[1][PEEK_WORDS];
	return address && ftrace_peek(f, &address, 1, words) ? words[0][0] : 0;
}

struct pagemap {
	char path[32];
	int fd;
};

static void open_pagemap(void *ctx)
{
	struct pagemap *pagemap = ctx;
	pagemap->fd = open(pagemap->path, O_RDONLY | O_CLOEXEC);
}

u64 ftrace_open_pagemap(struct ftrace *f, u32 pid, int *fd)
{
	struct pagemap pagemap;
	snprintf(pagemap.path, sizeof pagemap.path, "/proc/%u/pagemap", pid);
	const struct ftrace_event *answer = ftrace_ask(f, mm_probe, open_pagemap, &pagemap);
	*fd = pagemap.fd;
	return answer && answer->value[0] < -4095ULL ? answer->value[0] : 0;
}

u64 ftrace_mm(struct ftrace *f, u32 pid)
{
	struct process *process = tasks_process(&f->tasks, pid);
	if (process && !process->mm) {
		int pagemap;
		process->mm = ftrace_open_pagemap(f, process->pid, &pagemap);
		close(pagemap);
	}
	return process ? process->mm : 0;
}

void ask_open(struct ftrace *f)
{
	char name[48], fetch[256];
	int used = 0;
	snprintf(name, sizeof name, "%s_self", f->group);
	instance_open(&f->self, name, SELF_BUFFER_KIB);
	/* 96: dx in struct pt_regs, the call's third argument; what it points at are addresses. */
	for (int i = 0; i < PEEK_AT_ONCE; i++)
		used += snprintf(fetch + used, sizeof fetch - used, "w%d=+0(+u%d(+96($arg1))):x64[%d] ", i, i * 8, PEEK_WORDS);
	peek_probe = probes_define_own(f, 'p', "peek", "__x64_sys_getcpu", fetch);
	mm_probe = probes_define_own(f, 'r', "mm", "proc_mem_open", "mm=$retval");
}

void ask_close(struct ftrace *f)
{
	instance_close(&f->self);
}

static void write_mark(void *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (write(fd, "pintrail", 8) < 0)
		warn("%s cannot be written", (const char *)path);
	close(fd);
}

void ask_file_operations(struct ftrace *f)
{
	char path[512];
	u64 operations = kernel_symbol(&f->recorder->kernel, "tracing_mark_fops");
	struct ftrace_probe *probe = probes_define_own(f, 'p', "file", "vfs_write", "w=+0($arg1):x64[64]");
	snprintf(path, sizeof path, "%s", tracefs_path("instances/%s/trace_marker", f->self.name));
	const struct ftrace_event *answer = ftrace_ask(f, probe, write_mark, path);
	for (u32 i = 0; answer && operations && i < answer->values; i++)
		if (answer->value[i] == operations) {
			ftrace_set_constant(f, "file_f_op", i * 8);
			ftrace_set_constant(f, "tracing_mark_fops", operations);
			break;
		}
	probes_set(&f->self, probe, "enable", "0");
	probes_undefine(f, probe);
}
