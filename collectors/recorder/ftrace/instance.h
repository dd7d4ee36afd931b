/* SPDX-License-Identifier: Apache-2.0 */
/* A trace instance of our own: its buffers, one a CPU, are nobody else's, and what is enabled in it disturbs nobody. */
#ifndef PINTRAIL_INSTANCE_H
#define PINTRAIL_INSTANCE_H

#include "../src/base.h"

struct instance {
	char name[48];
	int cpus;
	int *fds;        /* trace_pipe_raw by CPU, -1: no such CPU */
	u64 *last_time;  /* of the last event read, by CPU */
	u64 *refused;    /* events that found no room for other reasons than a full buffer, by CPU */
	u8 *page;
	u32 page_bytes;
};

/* An event in a page of a buffer. */
struct raw_event {
	u64 time;
	u32 cpu;
	u32 bytes;
	const u8 *data; /* begins with the common fields */
};

struct page_sink {
	void (*event)(void *ctx, const struct raw_event *event);
	/* count (0: unknown) events of a CPU are lost, after the time of the last one before and before until */
	void (*lost)(void *ctx, u32 cpu, u64 count, u64 since, u64 until);
	void *ctx;
};

/* Makes it, with about so many KiB for each CPU. Dies when that cannot be had. */
void instance_open(struct instance *instance, const char *name, u64 kib_per_cpu);

/* Hands over all there is (of one CPU). Returns the number of events. */
size_t instance_drain(struct instance *instance, const struct page_sink *sink);
size_t instance_drain_cpu(struct instance *instance, int cpu, const struct page_sink *sink);

/* Events that were refused, not overwritten, since the last call: for what the pages do not tell of. */
u64 instance_refused(struct instance *instance, int cpu);

/* Its buffers are given back. What is enabled in it must be off. */
void instance_close(struct instance *instance);

#endif
