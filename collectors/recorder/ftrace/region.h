/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PINTRAIL_FTRACE_REGION_H
#define PINTRAIL_FTRACE_REGION_H

#include "ftrace.h"

/* A DEVICE record, once for each struct ib_device. */
void region_device(struct ftrace *f, const struct ftrace_event *e, u64 device);

/*
 * The event's process makes regions in this address space. When it was another's, who is gone, its end has been lost: it is
 * told, with that of the umems that it had, which keep a struct mm_struct from being used again.
 */
void space_is_used(struct ftrace *f, const struct ftrace_event *e, u64 mm);
void umems_are_gone(struct ftrace *f, const struct ftrace_event *e, u64 mm);

#endif
