/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PINTRAIL_FTRACE_REGION_H
#define PINTRAIL_FTRACE_REGION_H

#include "ftrace.h"

/* A DEVICE record, once for each struct ib_device. */
void region_device(struct ftrace *f, const struct ftrace_event *e, u64 device);

#endif
