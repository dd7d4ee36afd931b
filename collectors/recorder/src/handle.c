/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void handle_record(struct recorder *r, const struct record *record)
{
	pages_forget(&r->pages);
	if (record->kind != RECORD_ACCESS)
		flush_accesses(r);
	switch (record->kind) {
	case RECORD_TABLE:
	case RECORD_SLICE:
	case RECORD_ENTRY:
		handle_observation(r, record);
		break;
	case RECORD_PAGES:
		handle_pages(r, record);
		break;
	case RECORD_FAULT:
		handle_fault(r, record);
		break;
	case RECORD_UNMAP:
	case RECORD_MOVE:
	case RECORD_PROTECT:
	case RECORD_FORK_COPY:
	case RECORD_DOUBT:
		handle_range(r, record);
		break;
	case RECORD_SPACE_END:
	case RECORD_FORK:
	case RECORD_EXEC:
	case RECORD_EXIT:
	case RECORD_RENAME:
		handle_process(r, record);
		break;
	case RECORD_MARK:
	case RECORD_SHORT_MARK:
		handle_mark(r, record);
		break;
	case RECORD_REGISTER_BEGIN:
	case RECORD_REGISTER_END:
	case RECORD_REREGISTER_BEGIN:
	case RECORD_REREGISTER_END:
	case RECORD_DEREGISTER_BEGIN:
	case RECORD_DEREGISTER_END:
		handle_region(r, record);
		break;
	case RECORD_DEVICE:
		handle_device(r, record);
		break;
	case RECORD_UMEM_BEGIN:
	case RECORD_UMEM_END:
	case RECORD_UMEM_RELEASE:
		handle_umem(r, record);
		break;
	case RECORD_PIN_BEGIN:
	case RECORD_PIN_PAGES:
	case RECORD_PIN_END:
		handle_pin(r, record);
		break;
	case RECORD_AREA:
		handle_area(r, record);
		break;
	case RECORD_HOLD_BEGIN:
	case RECORD_HOLD_END:
	case RECORD_HOLD_RELEASE:
		handle_hold(r, record);
		break;
	case RECORD_UNPIN_BEGIN:
	case RECORD_UNPIN_END:
		handle_unpin(r, record);
		break;
	case RECORD_ACCESS:
		handle_access(r, record);
		break;
	case RECORD_FOUND:
		found_take(r, record);
		break;
	case RECORD_FORGET:
		shadow_forget_all(&r->shadow);
		break;
	case RECORD_SWEEP:
		handle_sweep(r);
		break;
	default:
		break;
	}
}

struct space *space_of(struct recorder *r, const struct record *record, const char *comm)
{
	struct space *space = spaces_get(&r->spaces, record->mm, record->pid);
	if (!space->announced) {
		space->announced = true;
		space->pid = record->pid;
		spaces_adopt(&r->spaces, record->pid, space);
		ptl_space(r->out, record->time, record->pid, record->tid, space->asid, comm);
	}
	return space;
}

/* A thread is named when it first does something that matters; later names come by task_rename. */
static void name_thread(struct recorder *r, const struct record *record, u32 stack)
{
	const char *taken = stacks_comm(&r->stacks, stack);
	char path[64];
	snprintf(path, sizeof path, "/proc/%u/task/%u/comm", record->pid, record->tid);
	bool known = record->tid == record->pid && spaces_of_process(&r->spaces, record->pid);
	char *comm = known ? NULL : *taken ? strdup(taken) : read_text(path);
	if (comm) {
		comm[strcspn(comm, "\n")] = 0;
		ptl_thread(r->out, record->time, record->pid, record->tid, comm);
	}
	free(comm);
}

u64 call_of(struct recorder *r, const struct record *record, const struct call *call)
{
	u64 kernel_stack, user_stack;
	if (call->number == NO_CALL && !call->stack)
		return 0;
	struct last_call *last = table_get(&r->calls, record->tid, 0);
	if (!last) {
		last = need_zero(sizeof *last);
		table_put(&r->calls, record->tid, 0, last);
		name_thread(r, record, call->stack);
	} else if (last->id && !memcmp(&last->call, call, sizeof *call)) {
		return last->id;
	}
	stacks_write(&r->stacks, r->out, record, call->stack, &kernel_stack, &user_stack);
	bool same = last->id && last->call.number == call->number && last->kernel_stack == kernel_stack &&
		    last->user_stack == user_stack && !memcmp(last->call.argument, call->argument, sizeof call->argument);
	last->call = *call;
	if (same)
		return last->id;
	last->id = ++r->last_call;
	last->kernel_stack = kernel_stack;
	last->user_stack = user_stack;
	ptl_call(r->out, record->time, record->pid, record->tid, last->id, call->number, call->argument,
		 kernel_stack, user_stack);
	return last->id;
}

void put_page(struct recorder *r, state s)
{
	if (s == STATE_NONE) {
		ptl_run(r->out, 1, PTL_NONE, 0, 0);
	} else if (s == STATE_ABSENT) {
		ptl_run(r->out, 1, PTL_NOT_PRESENT, 0, 0);
	} else {
		u8 kind = pages_kind(&r->pages, frame_of(s));
		bool shared = kind == KIND_ZERO || kind == KIND_KSM;
		ptl_run(r->out, 1, shared ? PTL_SAME : PTL_CONSECUTIVE, frame_of(s), kind);
	}
}
