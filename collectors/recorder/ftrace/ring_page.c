/* SPDX-License-Identifier: Apache-2.0 */
#include "ring_page.h"

#include <string.h>

enum { TYPE_DATA_MAX = 28, TYPE_PADDING = 29, TYPE_TIME_EXTEND = 30, TYPE_TIME_STAMP = 31 };

#define TIME_BITS 27
#define MISSED_EVENTS (1U << 31)
#define MISSED_STORED (1U << 30) /* their number follows the events */
#define STAMP_BITS 59            /* of a time stamp event, from 5.17 on; the rest are those of the time before */

static u32 word_at(const u8 *at)
{
	u32 word;
	memcpy(&word, at, sizeof word);
	return word;
}

static u64 long_at(const u8 *at)
{
	u64 value;
	memcpy(&value, at, sizeof value);
	return value;
}

size_t ring_page_read(const u8 *page, u32 page_bytes, u32 cpu, u64 *last_time, const struct page_sink *sink)
{
	u64 time = long_at(page);
	u32 commit = long_at(page + 8);
	u32 used = commit & ~(MISSED_EVENTS | MISSED_STORED);
	const u8 *at = page + RING_PAGE_HEADER, *end = at + used;
	size_t events = 0;

	if (used > page_bytes - RING_PAGE_HEADER)
		die("the kernel's trace buffer of CPU %u has a page of %u bytes; this version does not know such", cpu, used);
	if (commit & MISSED_EVENTS)
		sink->lost(sink->ctx, cpu, commit & MISSED_STORED ? long_at(end) : 0, *last_time, time);
	while (at + 4 <= end) {
		u32 head = word_at(at), type = head & 31, delta = head >> 5;
		const u8 *data = at + 4;
		u32 bytes = type * 4;
		if (type == TYPE_PADDING) {
			if (!delta) /* nothing more on this page */
				break;
			at = data + word_at(data); /* an event that its filter threw away: its time does not count */
			continue;
		}
		if (type == TYPE_TIME_EXTEND || type == TYPE_TIME_STAMP) {
			u64 value = (u64)word_at(data) << TIME_BITS | delta;
			time = type == TYPE_TIME_EXTEND ? time + value : value | (time >> STAMP_BITS << STAMP_BITS);
			at = data + 4;
			continue;
		}
		if (!type) {
			bytes = word_at(data) - 4;
			data += 4;
		}
		if (data + bytes > end)
			break;
		time += delta;
		*last_time = time;
		sink->event(sink->ctx, &(struct raw_event){ time, cpu, bytes, data });
		events++;
		at = data + bytes;
	}
	return events;
}
