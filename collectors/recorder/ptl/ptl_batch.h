/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PINTRAIL_PTL_BATCH_H
#define PINTRAIL_PTL_BATCH_H

/* The inside of the writer: what ptl_batch.c (bytes, batches) offers to ptl_writer.c (one function per kind). */
#include "ptl_writer.h"
#include "varint.h"

#define PTL_HEADER_BYTES 112
#define PTL_CLOSE_BYTES (256 * 1024)
#define PTL_STRING_MAX 4095
#define PTL_RUNS_MAX (32 * 1024)

/* Kind, length and time of a batch's first event are known only when the batch closes: they are put in front then. */
#define PTL_FIRST_ROOM (1 + 2 * VARINT_MAX)
#define PTL_BASE (PTL_HEADER_BYTES + PTL_FIRST_ROOM)
#define PTL_EVENT_MAX (40 * 1024)

struct ptl_runs {
	uint8_t kind, cause;
	uint64_t time;
	int32_t pid, tid;
	uint64_t owner, call, page; /* owner: asid or pin */
	uint64_t pages, count;      /* written so far */
	uint64_t run_pages, run_pfn;
	uint8_t run_shape, run_kind;
	size_t used;
	uint8_t bytes[PTL_RUNS_MAX + 3 * VARINT_MAX];
};

struct ptl_writer {
	ptl_sink sink;
	void *ctx;
	struct ptl_identity identity;
	int error;
	uint64_t sequence, lost;
	uint64_t first_event_time, first_time, last_time, time;
	int32_t pid;
	uint32_t count;
	uint8_t first_kind;
	size_t first_end; /* end of the first event */
	size_t event;     /* start of the event being written */
	uint8_t *to;
	struct ptl_runs runs;
	uint8_t bytes[PTL_BASE + PTL_CLOSE_BYTES + PTL_EVENT_MAX];
};

void ptl_begin(struct ptl_writer *w, uint8_t kind, uint64_t time, int32_t pid, int32_t tid);
void ptl_end(struct ptl_writer *w);
void ptl_string(struct ptl_writer *w, const char *text);

static inline void ptl_byte(struct ptl_writer *w, uint8_t value)
{
	*w->to++ = value;
}

static inline void ptl_u(struct ptl_writer *w, uint64_t value)
{
	w->to = put_varint(w->to, value);
}

static inline void ptl_s(struct ptl_writer *w, int64_t value)
{
	w->to = put_varint(w->to, zigzag(value));
}

#endif
