/* SPDX-License-Identifier: Apache-2.0 */
/* The COMMAND: it exists before the probes are attached, and starts when they are. */
#ifndef PINTRAIL_CHILD_H
#define PINTRAIL_CHILD_H

#include "base.h"

#include <sys/types.h>

struct child {
	pid_t pid; /* 0: there is no COMMAND */
	int gate;
	bool ended;
	int code; /* exit code, 128 + signal, once ended */
};

/* signals: the set that the recorder has blocked and the COMMAND must not inherit. */
void child_prepare(struct child *child, char **command, const void *signals);
void child_start(struct child *child);

/* Whether it has ended. Does not wait. */
bool child_reap(struct child *child);

/* Ends a COMMAND that was never started, or that outlives a failed recording. */
void child_kill(struct child *child, int signal);

#endif
