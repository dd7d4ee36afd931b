/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ftrace backend: no BPF and no types of the kernel, only what tracefs offers. Probes are defined as the rows of
 * probes.tsv whose kind begins with tf_ say, their events are read from a trace instance of our own, put in order, and
 * handed to the handlers that the rows name. Handlers make the records of record.h out of them.
 */
#ifndef PINTRAIL_FTRACE_H
#define PINTRAIL_FTRACE_H

#include "../src/backend.h"
#include "../src/queue.h"
#include "../src/recorder.h"
#include "../src/table.h"
#include "instance.h"
#include "tasks.h"

#define MAX_VALUES 512   /* of one event */
#define MAX_FIELDS 128
#define MAX_CONSTANTS 64
#define PEEK_AT_ONCE 4   /* addresses */
#define PEEK_WORDS 64    /* read at each */

struct ftrace;
struct ftrace_probe;

/* An event, as a handler gets it. */
struct ftrace_event {
	u64 time; /* ns of CLOCK_MONOTONIC */
	u32 cpu, tid;
	u32 pid; /* of the process; 0 if it is not known any more */
	const struct ftrace_probe *probe;
	const u8 *raw;
	u32 bytes;
	u32 values;
	u64 value[MAX_VALUES]; /* in the order of the row's fetch column; an array is that many values */
};

typedef void ftrace_handler(struct ftrace *f, const struct ftrace_event *e);

/* A row of probes.tsv. */
struct ftrace_row {
	const char *event, *kind, *function, *program, *fetch;
	ftrace_handler *handle; /* NULL for a constant */
	u32 from, until;        /* kernel versions, major << 8 | minor */
	bool needed;
};

extern const struct ftrace_row ftrace_rows[];
extern const size_t ftrace_row_count;

enum field_kind { FIELD_NUMBER, FIELD_TEXT, FIELD_TEXT_ELSEWHERE };

struct ftrace_field {
	u16 offset, size; /* size of one element */
	u16 count;
	u8 kind;
	bool is_signed;
};

/* A row in use on this kernel. */
struct ftrace_probe {
	const struct ftrace_row *row;
	char group[64], name[64]; /* of the event in tracefs */
	u16 id;
	bool defined;  /* by us, in kprobe_events */
	bool attached;
	bool own;      /* in the recorder's own instance: only asked for by ftrace_ask */
	char note[160]; /* why not attached */
	u64 missed;    /* times that the kernel could not run it, as of the last look */
	struct ftrace_field field[MAX_FIELDS];
	u32 fields;
};

struct ftrace_constant {
	char name[32];
	u64 value;
};

struct ftrace {
	struct recorder *recorder;
	struct queue *records; /* the recorder's */
	struct queue events;   /* raw ones, waiting for their turn */
	struct instance main, self;
	struct ftrace_probe *probes;
	size_t probe_count;
	struct ftrace_probe *by_id[65536];
	struct ftrace_constant constants[MAX_CONSTANTS];
	size_t constant_count;
	struct tasks tasks;
	bool tasks_are_old; /* events were lost: who has ended, and what has been executed, is not known */
	struct table threads; /* tid: struct ftrace_thread */
	u64 last_identifier;
	u32 own_pid;
	char group[32];
	u64 misses_checked;
	u64 accesses_missed;
};

/* The thread's state while it is inside something that is watched; made when there is none. */
struct ftrace_thread *ftrace_thread(struct ftrace *f, u32 tid);

/* Events are missing: what threads have begun may be over, and something else have begun. */
void ftrace_threads_forget(struct ftrace *f);

/* A number no other record's identifier has. */
static inline u64 ftrace_identifier(struct ftrace *f)
{
	return ++f->last_identifier;
}

/* Fills in a record's head for an event. */
void ftrace_head(struct record *head, const struct ftrace_event *e, u32 kind, u64 mm);

/* Queues a record by its time, which need not be the event's. */
void ftrace_put(struct ftrace *f, const void *record, u32 bytes);

/* Text number index among the values (its value is meaningless); never NULL. */
const char *ftrace_text(const struct ftrace_event *e, u32 index);

/* The system call the event's thread is in; number NO_CALL when none of those that are watched. */
void ftrace_call(struct ftrace *f, const struct ftrace_event *e, struct call *call);

/* Numbers that stand for {name} in the table; of the table, or found out before the probes are defined. */
bool ftrace_has_constant(const struct ftrace *f, const char *name);
u64 ftrace_constant(const struct ftrace *f, const char *name);
void ftrace_set_constant(struct ftrace *f, const char *name, u64 value);
void ftrace_unset_constant(struct ftrace *f, const char *name);

/* The kernel's mm_struct of a process, 0 if it has none or is gone. */
u64 ftrace_mm(struct ftrace *f, u32 pid);

/*
 * Reads PEEK_WORDS words of kernel memory at each of up to PEEK_AT_ONCE addresses; what cannot be read is 0. False when
 * the kernel did not answer.
 */
bool ftrace_peek(struct ftrace *f, const u64 *addresses, size_t count, u64 (*words)[PEEK_WORDS]);

/* For all events of a program: a filter in the kernel (NULL: none), and whether they are recorded at all. */
void ftrace_filter(struct ftrace *f, const char *program, const char *expression);
void ftrace_enable(struct ftrace *f, const char *program, bool on);

bool ftrace_is_attached(const struct ftrace *f, const char *program);

#endif
