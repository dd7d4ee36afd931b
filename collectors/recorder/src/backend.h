/* SPDX-License-Identifier: Apache-2.0 */
/* How the kernel is listened to. A backend turns what it hears into records; all that comes after is shared. */
#ifndef PINTRAIL_BACKEND_H
#define PINTRAIL_BACKEND_H

#include "options.h"
#include "queue.h"
#include "recorder.h"

/* Times that a probe was skipped because one was running already on that CPU. */
struct misses {
	u64 events;    /* that page states or registrations may depend on */
	u64 accesses;  /* of the device: most are seen in interrupts */
	u64 processes; /* what tells of their names and threads only */
};

struct backend {
	const char *name; /* as in the HOST event */

	/* Attaches to the kernel and fills in what the recorder must know of it. Dies when it cannot record here. */
	void (*open)(struct recorder *r, const struct options *options);

	/* A PROBE event for each row of the table that is for this kernel and this backend. */
	void (*report)(struct recorder *r, u64 time);

	/*
	 * Takes what has come. All records with a time before complete_until are in the queue then. Returns how many came.
	 */
	size_t (*drain)(struct queue *queue, u64 *complete_until);

	/* Tells (losses.h) what has been lost since the last call; at_once: look everywhere, also where that is costly. */
	void (*losses)(struct recorder *r, bool at_once);

	/*
	 * In a process forked for one of several recordings (suite.h): what comes from now on is that one's, as after open().
	 * Nothing is detached or closed by that process then. NULL: each recording has to open for itself.
	 */
	void (*again)(struct recorder *r);

	/* Nothing new comes after detach(); close() after the last drain, or after open() has failed. */
	void (*detach)(void);
	void (*close)(void);
};

extern const struct backend ebpf_backend, ftrace_backend;

/* Opens the backend that was asked for; by itself eBPF where that works, else ftrace. Dies when none does. */
const struct backend *backend_open(struct recorder *r, const struct options *options);

#endif
