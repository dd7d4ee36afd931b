/* SPDX-License-Identifier: Apache-2.0 */
#include "stacks.h"

#include <stdlib.h>
#include <string.h>

#define MAX_FRAMES 64
#define TRACING_FRAMES 12
#define MAX_DISTINCT (1 << 20)

struct stack {
	u64 id;
	bool written;
	u32 count;
	struct frame *frames; /* until it is written */
};

void stacks_open(struct stacks *stacks, const struct kernel *kernel)
{
	stacks->text_start = kernel_symbol(kernel, "_stext");
	stacks->text_end = kernel_symbol(kernel, "_etext");
}

static struct stack *distinct(struct stacks *stacks, const struct frame *frames, u32 count)
{
	u64 high = count, low = 0;
	if (!count)
		return NULL;
	for (u32 i = 0; i < count; i++) {
		const u64 words[] = { frames[i].address, (u64)frames[i].module, (u64)frames[i].symbol, frames[i].module_offset };
		for (int w = 0; w < 4; w++) {
			high = (high ^ words[w]) * 0x9E3779B97F4A7C15ULL;
			high ^= high >> 32;
			low = (low + words[w]) * 0xD6E8FEB86659FD93ULL;
			low ^= low >> 29;
		}
	}
	struct stack *stack = table_get(&stacks->distinct, high, low);
	if (stack || stacks->distinct.used >= MAX_DISTINCT)
		return stack;
	stack = need(sizeof *stack);
	*stack = (struct stack){ ++stacks->last, false, count, need(count * sizeof *frames) };
	memcpy(stack->frames, frames, count * sizeof *frames);
	table_put(&stacks->distinct, high, low, stack);
	return stack;
}

/* What is between the function that was traced, one of the kernel proper, and the program that took the stack. */
static bool is_tracing(const struct frame *frame)
{
	static const char *const parts[] = { "bpf_", "__bpf", "perf_", "trace_", "__traceiter", "ftrace", "fprobe", "fgraph",
					     "function_graph", "kprobe", "kretprobe", "rethook", "return_to_handler" };
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (!strncmp(frame->symbol, parts[i], strlen(parts[i])))
			return true;
	return !*frame->module || strstr(frame->symbol, "_trampoline");
}

static struct frame kernel_frame(struct stacks *stacks, struct kernel *kernel, u64 address)
{
	struct frame frame = { address, "", "", 0, "", 0 };
	const struct symbol *symbol = kernel_symbol_at(kernel, address - 1);
	const char *module = NULL;
	if (address >= stacks->text_start && address < stacks->text_end)
		frame.module = "kernel";
	else if ((module = modules_find(&stacks->modules, address)))
		frame.module = unwind_name(&stacks->unwinder, module);
	/* A module that was loaded later has no symbols here: that before the address is another's. */
	bool known = symbol && (module ? symbol->module && !strcmp(module, symbol->module) : !symbol->module);
	if (known && *frame.module) {
		frame.symbol = unwind_name(&stacks->unwinder, symbol->name);
		frame.symbol_offset = address - symbol->address;
	}
	return frame;
}

static struct stack *kernel_stack(struct stacks *stacks, struct kernel *kernel, const struct kernel_stack_record *record)
{
	struct frame frames[KERNEL_FRAMES];
	u32 first = 0;
	for (u32 i = 0; i < record->frames; i++) {
		frames[i] = kernel_frame(stacks, kernel, record->frame[i]);
		if (i < TRACING_FRAMES && (is_tracing(&frames[i]) || (i == first && strcmp(frames[i].module, "kernel"))))
			first = i + 1;
	}
	return distinct(stacks, frames + first, record->frames - first);
}

static struct stack *user_stack(struct stacks *stacks, const struct user_stack_record *record)
{
	struct frame frames[MAX_FRAMES];
	return distinct(stacks, frames, unwind(&stacks->unwinder, record, frames, MAX_FRAMES));
}

static struct taken *taken_as(struct stacks *stacks, u32 number)
{
	struct taken *taken = &stacks->taken[(number * 2654435761U) >> 18];
	if (taken->number != number)
		*taken = (struct taken){ .number = number };
	return taken;
}

static void wait_for_unwinding(struct stacks *stacks, const struct user_stack_record *record)
{
	size_t bytes = offsetof(struct user_stack_record, stack) + record->bytes;
	unwind_prepare(&stacks->unwinder, record);
	if (stacks->waiting_count == stacks->waiting_room)
		stacks->waiting = need_more(stacks->waiting, (stacks->waiting_room += 64) * sizeof *stacks->waiting);
	stacks->waiting[stacks->waiting_count++] = memcpy(need(bytes), record, bytes);
}

void stacks_settle(struct stacks *stacks)
{
	for (size_t i = 0; i < stacks->waiting_count; i++) {
		struct user_stack_record *record = stacks->waiting[i];
		taken_as(stacks, record->number)->user = user_stack(stacks, record);
		free(record);
	}
	stacks->waiting_count = 0;
}

const char *stacks_comm(struct stacks *stacks, u32 number)
{
	return number ? taken_as(stacks, number)->comm : "";
}

bool stacks_take(struct stacks *stacks, struct kernel *kernel, const struct record *record)
{
	switch (record->kind) {
	case RECORD_KERNEL_STACK: {
		const struct kernel_stack_record *of_kernel = (const void *)record;
		struct taken *taken = taken_as(stacks, of_kernel->number);
		taken->kernel = kernel_stack(stacks, kernel, of_kernel);
		memcpy(taken->comm, of_kernel->comm, sizeof taken->comm - 1);
		return true;
	}
	case RECORD_USER_STACK: {
		wait_for_unwinding(stacks, (const void *)record);
		return true;
	}
	case RECORD_UMEM_BEGIN:
		unwind_expect(&stacks->unwinder, record->pid);
		return false;
	case RECORD_EXEC:
		stacks_settle(stacks);
		unwind_forget(&stacks->unwinder, record->pid);
		return false;
	case RECORD_FORK:
		if (((const struct process_record *)record)->child_pid != record->pid) {
			stacks_settle(stacks);
			unwind_forget(&stacks->unwinder, ((const struct process_record *)record)->child_pid);
		}
		return false;
	case RECORD_EXIT:
		if (((const struct process_record *)record)->whole)
			unwind_ended(&stacks->unwinder, record->pid);
		return false;
	default:
		return false;
	}
}

static u64 write_stack(struct ptl_writer *out, const struct record *record, struct stack *stack)
{
	if (!stack)
		return 0;
	for (u32 i = 0; !stack->written && i < stack->count; i++) {
		const struct frame *frame = &stack->frames[i];
		const struct ptl_frame_info info = {
			stack->id, i, stack->count, frame->address, frame->module, frame->build_id, frame->module_offset,
			frame->symbol, frame->symbol_offset,
		};
		ptl_frame(out, record->time, record->pid, record->tid, &info);
	}
	if (!stack->written)
		free(stack->frames);
	stack->written = true;
	stack->frames = NULL;
	return stack->id;
}

void stacks_write(struct stacks *stacks, struct ptl_writer *out, const struct record *record, u32 number,
		  u64 *kernel_stack, u64 *user_stack)
{
	const struct taken none = {}, *taken = number ? taken_as(stacks, number) : &none;
	*kernel_stack = write_stack(out, record, taken->kernel);
	*user_stack = write_stack(out, record, taken->user);
}
