/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the BPF ring buffer. Not libbpf's reader, because order needs to know more than it tells: whether everything that
 * was reserved by a moment has been read. A record is reserved before it takes its time, so then nothing older can come.
 */
#ifndef PINTRAIL_RING_H
#define PINTRAIL_RING_H

#include "base.h"

struct ring {
	volatile u64 *consumer;
	const volatile u64 *producer;
	const u8 *data;
	u64 mask;
	u64 complete_until; /* every record with an earlier time has been read, ns */
};

/* 0 or -errno. bytes is the map's max_entries. */
int ring_open(struct ring *ring, int map_fd, u64 bytes);

/* Hands over each record that is complete, in the order of reservation. Returns how many. */
size_t ring_drain(struct ring *ring, void (*take)(void *ctx, const struct record *record, u32 bytes), void *ctx);

#endif
