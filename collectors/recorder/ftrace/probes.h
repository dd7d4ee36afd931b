/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the table as events of tracefs: chosen for this kernel, defined, understood, switched on and off. */
#ifndef PINTRAIL_FTRACE_PROBES_H
#define PINTRAIL_FTRACE_PROBES_H

#include "ftrace.h"

/* The numbers in the table for this kernel. */
void probes_constants(struct ftrace *f);

/* Defines what this kernel has; the notes of the others say what it does not. Dies when nothing can be. */
void probes_define(struct ftrace *f);

/* One event beside the table, for ftrace_ask(). kind: 'p' entry, 'r' return. NULL when the kernel refuses it. */
struct ftrace_probe *probes_define_own(struct ftrace *f, char kind, const char *name, const char *function, const char *fetch);
void probes_undefine(struct ftrace *f, struct ftrace_probe *probe);

/* Events come from here on. Dies when none can. */
void probes_attach(struct ftrace *f);
void probes_detach(struct ftrace *f);

/* The definitions go. */
void probes_close(struct ftrace *f);

/* Sets an event's filter in the recording: the row's own, and more that must hold (NULL: nothing). 0 or -errno. */
int probes_filter(struct ftrace *f, const struct ftrace_probe *probe, const char *more);

/* The name of everything that is ours. */
void ftrace_name(struct ftrace *f);

/* What another recorder, killed, has left behind goes. */
void probes_remove_leftovers(void);

/* Sets a file of an event in an instance. 0 or -errno. */
int probes_set(const struct instance *instance, const struct ftrace_probe *probe, const char *file, const char *text);

/* Fills in the values of an event from its raw bytes. */
void probes_decode(const struct ftrace_probe *probe, struct ftrace_event *e);

/* Times that the kernel skipped a probe since the last call. */
struct misses probes_missed(struct ftrace *f);

void probes_report(const struct ftrace *f, struct ptl_writer *out, u64 time);

#endif
