/* SPDX-License-Identifier: Apache-2.0 */
#include "ptl_batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "crc32c.h"

enum { FLAG_FIRST = 2, FLAG_LAST = 4 };

static void start_batch(struct ptl_writer *w)
{
	w->to = w->bytes + PTL_BASE;
	w->count = 0;
	w->lost = 0;
	w->pid = 0;
}

struct ptl_writer *ptl_open(const struct ptl_identity *identity, ptl_sink sink, void *ctx)
{
	struct ptl_writer *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->identity = *identity;
	w->sink = sink;
	w->ctx = ctx;
	start_batch(w);
	return w;
}

void ptl_free(struct ptl_writer *w)
{
	free(w);
}

int ptl_error(const struct ptl_writer *w)
{
	return w->error;
}

uint32_t ptl_pending(const struct ptl_writer *w)
{
	return w->count;
}

static int put(struct ptl_writer *w, const void *bytes, size_t n)
{
	if (!w->error)
		w->error = w->sink(w->ctx, bytes, n);
	return w->error;
}

int ptl_file_header(struct ptl_writer *w)
{
	uint8_t header[16] = { 0x89, 'P', 'T', 'L', '\r', '\n', 0x1a, '\n', 1, 0, 1 };

	put_le32(header + 12, crc32c(header, 12));
	return put(w, header, sizeof(header));
}

/* Right-aligned before the rest of the first event, whose time is relative to the smallest one in the batch. */
static uint8_t *put_first_event(struct ptl_writer *w)
{
	uint8_t *rest = w->bytes + PTL_BASE;
	uint8_t head[PTL_FIRST_ROOM], time[VARINT_MAX], *end;
	size_t time_bytes, head_bytes;

	time_bytes = put_varint(time, zigzag((int64_t)(w->first_event_time - w->first_time))) - time;
	head[0] = w->first_kind;
	end = put_varint(head + 1, time_bytes + w->first_end - PTL_BASE);
	memcpy(end, time, time_bytes);
	head_bytes = end + time_bytes - head;
	return memcpy(rest - head_bytes, head, head_bytes);
}

static void put_header(struct ptl_writer *w, uint8_t *to, uint32_t payload_bytes, uint16_t flags)
{
	uint8_t *start = to;
	uint32_t payload_crc = crc32c(start + PTL_HEADER_BYTES, payload_bytes);

	memcpy(to, "PTB1", 4);
	to = put_le16(to + 4, flags | (w->sequence ? 0 : FLAG_FIRST));
	to = put_le16(to, 1);
	to = put_le32(to, payload_bytes);
	to = put_le32(to, payload_bytes);
	memcpy(to, w->identity.host_id, 16);
	memcpy(to + 16, w->identity.boot_id, 16);
	to = put_le64(to + 32, w->identity.recording_id);
	to = put_le64(to, w->sequence);
	to = put_le64(to, w->first_time);
	to = put_le64(to, w->last_time);
	to = put_le32(to, w->count);
	to = put_le32(to, 0);
	to = put_le64(to, w->lost);
	to = put_le32(to, 0);
	to = put_le32(to, payload_crc);
	to = put_le32(to, 0);
	put_le32(to, crc32c(start, PTL_HEADER_BYTES - 4));
}

static int write_batch(struct ptl_writer *w, uint16_t flags)
{
	uint8_t *payload = w->bytes + PTL_BASE;

	if (w->error)
		return w->error;
	if (w->count)
		payload = put_first_event(w);
	else
		w->first_time = w->last_time;
	put_header(w, payload - PTL_HEADER_BYTES, (uint32_t)(w->to - payload), flags);
	put(w, payload - PTL_HEADER_BYTES, (size_t)(w->to - payload) + PTL_HEADER_BYTES);
	w->sequence++;
	start_batch(w);
	return w->error;
}

int ptl_flush(struct ptl_writer *w)
{
	return w->count ? write_batch(w, 0) : w->error;
}

int ptl_finish(struct ptl_writer *w)
{
	return write_batch(w, FLAG_LAST);
}

void ptl_begin(struct ptl_writer *w, uint8_t kind, uint64_t time, int32_t pid, int32_t tid)
{
	if (w->count == 0) {
		w->first_kind = kind;
		w->first_event_time = w->first_time = w->last_time = time;
	} else {
		w->event = (size_t)(w->to - w->bytes);
		ptl_byte(w, kind);
		w->to++; /* the length, nearly always one byte */
		ptl_s(w, (int64_t)(time - w->time));
	}
	if (time < w->first_time)
		w->first_time = time;
	if (time > w->last_time)
		w->last_time = time;
	ptl_s(w, (int64_t)pid - w->pid);
	ptl_s(w, (int64_t)tid - pid);
	w->time = time;
	w->pid = pid;
}

void ptl_end(struct ptl_writer *w)
{
	if (w->count++ == 0) {
		w->first_end = (size_t)(w->to - w->bytes);
	} else {
		uint8_t *body = w->bytes + w->event + 2, length[VARINT_MAX];
		size_t body_bytes = (size_t)(w->to - body);
		size_t more = (size_t)(put_varint(length, body_bytes) - length) - 1;

		if (more)
			memmove(body + more, body, body_bytes);
		memcpy(body - 1, length, more + 1);
		w->to += more;
	}
	if (w->error)
		start_batch(w);
	else if (w->to - (w->bytes + PTL_BASE) >= PTL_CLOSE_BYTES)
		write_batch(w, 0);
}

/* Cut between characters: half a character would not survive a reader. */
void ptl_string(struct ptl_writer *w, const char *text)
{
	size_t n = text ? strlen(text) : 0;

	if (n > PTL_STRING_MAX)
		for (n = PTL_STRING_MAX; n && ((uint8_t)text[n] & 0xc0) == 0x80; n--)
			;
	ptl_u(w, n);
	if (n)
		memcpy(w->to, text, n);
	w->to += n;
}
