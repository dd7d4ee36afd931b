/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PINTRAIL_FTRACE_PIN_H
#define PINTRAIL_FTRACE_PIN_H

#include "thread.h"

/* A call whose events will not all come is over. */
void pin_give_up(struct ftrace *f, const struct ftrace_event *e, struct pending_pin *pin);

/* This event has told the pages of a call by that caller: others that read elsewhere need not be told for it any more. */
void pin_caller_uses(struct ftrace *f, u64 caller, const struct ftrace_probe *probe);

/* What was learned of a caller was wrong. */
void pin_caller_forget(struct ftrace *f, u64 caller);

#endif
