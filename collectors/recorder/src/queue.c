/* SPDX-License-Identifier: Apache-2.0 */
#include "queue.h"

#include <string.h>

static bool precedes(const struct waiting *a, const struct waiting *b)
{
	return a->time < b->time || (a->time == b->time && a->arrival < b->arrival);
}

void queue_put(struct queue *queue, const struct record *record, u32 bytes)
{
	if (queue->count == queue->room)
		queue->heap = need_more(queue->heap, (queue->room = queue->room ? queue->room * 2 : 1024) * sizeof *queue->heap);
	struct waiting in = { record->time, queue->arrivals++, need(bytes), bytes };
	queue->bytes += bytes;
	memcpy(in.record, record, bytes);
	size_t i = queue->count++;
	for (; i && precedes(&in, &queue->heap[(i - 1) / 2]); i = (i - 1) / 2)
		queue->heap[i] = queue->heap[(i - 1) / 2];
	queue->heap[i] = in;
}

struct record *queue_take(struct queue *queue, u64 before)
{
	if (!queue->count || queue->heap[0].time >= before)
		return NULL;
	struct record *first = queue->heap[0].record;
	queue->bytes -= queue->heap[0].bytes;
	struct waiting last = queue->heap[--queue->count];
	size_t i = 0;
	for (size_t child = 1; child < queue->count; child = 2 * i + 1) {
		if (child + 1 < queue->count && precedes(&queue->heap[child + 1], &queue->heap[child]))
			child++;
		if (!precedes(&queue->heap[child], &last))
			break;
		queue->heap[i] = queue->heap[child];
		i = child;
	}
	queue->heap[i] = last;
	return first;
}

u64 queue_first_time(const struct queue *queue)
{
	return queue->count ? queue->heap[0].time : UINT64_MAX;
}
