/* SPDX-License-Identifier: Apache-2.0 */
/* Marks: writes to trace_marker, of the whole host's trace buffer or of any instance. */
#ifndef PINTRAIL_FTRACE_MARK_H
#define PINTRAIL_FTRACE_MARK_H

#include "ftrace.h"

/* Has the events of a mark's text switched on by the first write to a trace_marker, before that write goes on. */
void mark_gate(struct ftrace *f);

/* Marks whose text did not come with their events are read from their process. */
void mark_idle(struct ftrace *f, u64 complete_until);

#endif
