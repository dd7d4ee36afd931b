/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PINTRAIL_FTRACE_PIN_H
#define PINTRAIL_FTRACE_PIN_H

#include "thread.h"

/* A call whose events will not all come is over. */
void pin_give_up(struct ftrace *f, const struct ftrace_event *e, struct pending_pin *pin);

/* This event has told the pages of a call by that caller. */
void pin_caller_uses(struct ftrace *f, u64 caller, const struct ftrace_probe *probe);

/* The pages of a call have not been told: its caller is not known, or what was learned of it was wrong. */
void pin_caller_is_strange(struct ftrace *f);

#endif
