/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The events of a pin call tell 512 pages. Those of a larger fixed buffer are read from its struct io_mapped_ubuf, which does
 * not change while it lives: what was read until some time is true if the buffer's end comes later, which is known once all
 * events until then have been handled. So long the records of its registration, and all after it, wait.
 */
#include "hold.h"

#include "ask.h"
#include "pages.h"
#include "pin.h"

#include <stdlib.h>
#include <string.h>

#define ENTRY_WORDS 2 /* struct bio_vec: a page; bytes and offset */
#define MOST_PAGES (1ULL << 20) /* 4 GiB; more takes too long */

struct reading {
	struct hold_record end;
	struct pin_record pin;
	u64 start, read_end;
	u64 *page;
	u64 told, count;
	struct reading *next;
};

static struct reading *readings; /* oldest first */

static bool read_words(struct ftrace *f, u64 address, u64 *to, u64 count)
{
	u64 words[PEEK_AT_ONCE][PEEK_WORDS], addresses[PEEK_AT_ONCE];
	for (u64 done = 0; done < count; done += PEEK_AT_ONCE * PEEK_WORDS) {
		u64 part = count - done < PEEK_AT_ONCE * PEEK_WORDS ? count - done : PEEK_AT_ONCE * PEEK_WORDS;
		for (int i = 0; i < PEEK_AT_ONCE; i++)
			addresses[i] = address + done * 8 + i * sizeof *words;
		if (!ftrace_peek(f, addresses, PEEK_AT_ONCE, words))
			return false;
		memcpy(to + done, words, part * 8);
	}
	return true;
}

/* Pages in the order of addresses; an entry may have several that follow one another. */
static u64 spread(const struct ftrace *f, const u64 *entries, u64 count, u64 *page, u64 room)
{
	u64 pages = 0;
	for (u64 i = 0; i < count; i++) {
		u64 bytes = (u32)entries[i * ENTRY_WORDS + 1], offset = entries[i * ENTRY_WORDS + 1] >> 32;
		u64 first = entries[i * ENTRY_WORDS] + (offset >> PAGE_SHIFT) * f->recorder->struct_page_bytes;
		u64 of_entry = ((offset & (PAGE_BYTES - 1)) + bytes + PAGE_BYTES - 1) >> PAGE_SHIFT;
		for (u64 n = 0; n < of_entry && pages < room; n++)
			page[pages++] = first + n * f->recorder->struct_page_bytes;
	}
	return pages;
}

/* False when what is at the address is not this buffer. */
static bool read_buffer(struct ftrace *f, u64 buffer, const struct live_hold *hold, const struct pending_pin *pin, u64 *page)
{
	u64 head[1][PEEK_WORDS], pages = pin->result;
	u32 count;
	if (!buffer || !ftrace_peek(f, &buffer, 1, head) || head[0][ftrace_constant(f, "ubuf_start") / 8] != hold->start)
		return false;
	memcpy(&count, (u8 *)head[0] + ftrace_constant(f, "ubuf_count"), sizeof count);
	if (!count || count > pages)
		return false;
	u64 *entries = need(count * ENTRY_WORDS * sizeof *entries);
	bool all = read_words(f, buffer + ftrace_constant(f, "ubuf_pages"), entries, (u64)count * ENTRY_WORDS) &&
		   spread(f, entries, count, page, pages) == pages &&
		   !memcmp(page, pin->page, pin->have * sizeof *page);
	free(entries);
	return all;
}

void hold_reads_rest(struct ftrace *f, const struct ftrace_event *e, const struct live_hold *hold, struct pending_pin *pin,
		     const struct hold_record *end)
{
	struct reading *reading = need_zero(sizeof *reading), **at = &readings;
	u64 pages = pin->result;
	reading->end = *end;
	reading->pin = (struct pin_record){ .pin = pin->rest, .result = pin->result };
	ftrace_head(&reading->pin.head, e, RECORD_PIN_END, pin->mm);
	reading->start = (pin->start & ~(PAGE_BYTES - 1)) + (pin->have << PAGE_SHIFT);
	pin->rest = 0;
	if (pages <= MOST_PAGES && ftrace_has_constant(f, "ubuf_count") && ftrace_has_constant(f, "ubuf_pages")) {
		reading->page = need(pages * sizeof *reading->page);
		reading->told = pin->have;
		u64 buffer = hold->name ? hold->name : ftrace_peek_word(f, hold->slot);
		if (read_buffer(f, buffer, hold, pin, reading->page))
			reading->count = pages;
	}
	reading->read_end = now_ns();
	if (reading->count)
		pages_pinned(f, e, hold->mm, reading->start, reading->page + reading->told, reading->count - reading->told,
			     hold->id);
	while (*at)
		at = &(*at)->next;
	*at = reading;
}

void hold_changes(const struct live_hold *hold, u64 time)
{
	for (struct reading *reading = readings; reading; reading = reading->next)
		if (reading->end.hold == hold->id && reading->count && time <= reading->read_end) {
			reading->count = 0;
			pages_lost(time); /* what has been learned from it may be wrong */
		}
}

static void put_reading(struct ftrace *f, const struct reading *reading)
{
	struct pin_pages_record pages = { .head = reading->pin.head, .pin = reading->pin.pin, .start = reading->start };
	pages.head.kind = RECORD_PIN_PAGES;
	for (u64 done = reading->told; done < reading->count; done += pages.count) {
		pages.count = reading->count - done < TABLE_ENTRIES ? reading->count - done : TABLE_ENTRIES;
		memcpy(pages.page, reading->page + done, pages.count * sizeof *pages.page);
		ftrace_put(f, &pages, sizeof pages);
		pages.start += pages.count << PAGE_SHIFT;
	}
	ftrace_put(f, &reading->pin, sizeof reading->pin);
	ftrace_put(f, &reading->end, sizeof reading->end);
}

u64 holds_idle(struct ftrace *f, u64 complete_until)
{
	while (readings && readings->read_end < complete_until) {
		struct reading *reading = readings;
		put_reading(f, reading);
		readings = reading->next;
		free(reading->page);
		free(reading);
	}
	return readings && readings->end.head.time < complete_until ? readings->end.head.time : complete_until;
}
