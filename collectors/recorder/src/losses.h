/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens when events are lost: the trace says so, all that was known counts for nothing, and soon a snapshot says
 * how things are now.
 */
#ifndef PINTRAIL_LOSSES_H
#define PINTRAIL_LOSSES_H

#include "queue.h"
#include "recorder.h"

struct losses {
	struct queue *queue;
	u64 first, last; /* since the last snapshot; 0: none */
	u64 not_before;  /* the next snapshot */
};

/*
 * Events were lost between the times since and until. LOST is written at once: a mark in between must not be read without
 * it. What the trace has said of pages is forgotten when the records have got to that time, so that it is said again.
 */
void losses_tell(struct recorder *r, u32 cpu, u64 count, u64 since, u64 until);

/* So many accesses of the device, between these times: page states do not depend on them. Nothing for a count of 0. */
void losses_tell_accesses(struct recorder *r, u64 count, u64 since, u64 until);
void losses_warn_of_accesses(u64 count);

/* Whether it is time for a snapshot. Call losses_healed() when it has been taken. */
bool losses_want_snapshot(const struct recorder *r);
void losses_healed(struct recorder *r, u64 begun);

#endif
