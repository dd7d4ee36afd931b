/* SPDX-License-Identifier: Apache-2.0 */
/* Records waiting for their turn: a heap by time, then by arrival. */
#ifndef PINTRAIL_QUEUE_H
#define PINTRAIL_QUEUE_H

#include "base.h"

struct waiting {
	u64 time, arrival;
	struct record *record;
	u32 bytes;
};

struct queue {
	struct waiting *heap;
	size_t count, room;
	u64 arrivals;
	u64 bytes; /* of all records */
};

/* Copies the record. */
void queue_put(struct queue *queue, const struct record *record, u32 bytes);

/* The earliest record if it is before the given time, else NULL. The caller frees it. */
struct record *queue_take(struct queue *queue, u64 before);

/* The time of the earliest record, UINT64_MAX if there is none. */
u64 queue_first_time(const struct queue *queue);

#endif
