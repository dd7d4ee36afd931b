/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often the kernel did not run a kprobe because another one ran on that CPU (kprobe_ftrace_handler() and its kin): it
 * counts that, but shows it of probes defined in tracefs only, and from 6.7 on in what it says of a link.
 */
#ifndef PINTRAIL_KPROBE_MISSED_H
#define PINTRAIL_KPROBE_MISSED_H

#include "attach.h"

struct kprobe_at {
	u64 kprobe;   /* struct kprobe; 0: not looked for yet, or not found */
	u64 function; /* the address it is at */
	u64 count;    /* as the kernel had it when it was last read */
	u64 missed;   /* since it was first read */
};

/* Of the row's kprobe, since the first call, which is to be made when it has been attached. */
u64 kprobe_missed(struct attachment *a, size_t row);

#endif
