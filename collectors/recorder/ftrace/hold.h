/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who else holds pins for long: what bpf/hold.h does in the kernel, from events. A hold's identity in records is its own
 * number; which one a kernel object is, or a range of a ring, is known here.
 */
#ifndef PINTRAIL_FTRACE_HOLD_H
#define PINTRAIL_FTRACE_HOLD_H

#include "thread.h"

#define MAY_WRITE 1 /* IB_ACCESS_LOCAL_WRITE */
#define HOLD_PAGES 32
#define UNPIN_PAGES 64
#define STACK_WORDS 64

struct live_hold {
	u64 id, mm, start, length;
	u64 watched;         /* as of pages_watch() */
	u64 name;            /* kernel address of what holds the pages, 0: another way tells */
	u64 context, slot;   /* a fixed buffer's before 6.9; of a pin call the mm, 0 */
	u64 page[HOLD_PAGES]; /* the first ones, for that */
	u32 pages;
	bool is_pin; /* a pin call of its own */
	struct ftrace_thread *maker; /* until it is made */
	struct live_hold *older;          /* of the same place: context and start */
	struct live_hold *next, **link;   /* all */
};

/* What is to be held; stack: of a pin call, or NULL. */
struct hold_request {
	u64 mm; /* 0: the thread's own */
	u64 start, length, iova;
	u32 access, method;
	const u64 *stack;
};

/* The thread's memory is held, from here on every change to it counts. One is made by a thread at a time. */
struct live_hold *hold_begins(struct ftrace *f, const struct ftrace_event *e, const struct hold_request *request);

/* error: 0 or -errno. What the thread was making, NULL if nothing, or if it has come to nothing. */
struct live_hold *hold_ends(struct ftrace *f, const struct ftrace_event *e, s32 error);

void hold_is_named(struct live_hold *hold, u64 name);
struct live_hold *hold_named(u64 name);

/* Perhaps by another process than the owner, or by a thread of the kernel. NULL does nothing. */
void hold_releases(struct ftrace *f, const struct ftrace_event *e, struct live_hold *hold);

/* The holds of a place, newest first. */
struct live_hold *holds_at(u64 context, u64 start);
void hold_is_at(struct live_hold *hold, u64 context);

/* Events are missing: what the thread was making may have been made, or not. */
void hold_gives_up(struct ftrace *f, struct ftrace_thread *thread);

/* struct recorder's forget: a pin call's hold has ended. */
void holds_forget(struct ftrace *f, u64 mm, u64 start, u64 length);

/* The address space is gone; what is still held is not of the next one with this address. */
void holds_space_end(u64 mm);

/* A thread exits; it was not making anything. */
void holds_thread_end(struct ftrace *f, const struct ftrace_event *e, struct ftrace_thread *thread);

/*
 * What tells of pages and ends costs nothing until a call that needs it switches it on. After the probes are attached: of the
 * probes of a function the last one runs first, and an entry must see its caller before a return probe has taken its place.
 */
void holds_gate(struct ftrace *f);

/* Something is pinned for long: pins for a moment are counted from now on. */
void holds_count_short(struct ftrace *f);

/* A fixed buffer has more pages than its pin call has told: the rest, the pin's end and the hold's follow later. */
void hold_reads_rest(struct ftrace *f, const struct ftrace_event *e, const struct live_hold *hold, struct pending_pin *pin,
		     const struct hold_record *end);

/* The hold has ended at this time, or another may be in its place: what was read of it by then does not count. */
void hold_changes(const struct live_hold *hold, u64 time);

/* All events with a time before that have been handled. Records complete until when may be written. */
u64 holds_idle(struct ftrace *f, u64 complete_until);

/* Where stacks lead, from the raw words of one: everything that looks like a return address. */
void stack_open(const struct ftrace *f);
void stack_read(struct ftrace *f, u64 caller, const u64 words[STACK_WORDS], u64 stack[STACK_FRAMES]);

#endif
