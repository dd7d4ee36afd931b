/* SPDX-License-Identifier: Apache-2.0 */
#include "holds.h"

#include <stdlib.h>

/* One of the holds on a frame, newest first. */
struct holding {
	struct hold *hold;
	struct holding *next;
};

struct hold *holds_open(struct holds *holds, u64 kernel_id, u64 identity, struct umem *umem, u8 caller, bool is_pin)
{
	struct hold *hold = need_zero(sizeof *hold);
	hold->kernel_id = kernel_id;
	hold->identity = identity;
	hold->umem = umem;
	hold->caller = caller;
	hold->is_pin = is_pin;
	table_put(&holds->opening, kernel_id, 0, hold);
	if (identity)
		table_put(&holds->by_identity, identity, 0, hold);
	return hold;
}

struct hold *holds_opened(const struct holds *holds, u64 kernel_id)
{
	return kernel_id ? table_get(&holds->opening, kernel_id, 0) : NULL;
}

void holds_opened_end(struct holds *holds, struct hold *hold, u64 identity)
{
	table_remove(&holds->opening, hold->kernel_id, 0);
	hold->ended = true;
	hold->identity = identity;
	if (identity)
		table_put(&holds->by_identity, identity, 0, hold);
}

struct hold *holds_find(const struct holds *holds, u64 identity)
{
	return identity ? table_get(&holds->by_identity, identity, 0) : NULL;
}

static void drop_frame(struct holds *holds, const struct hold *hold, u64 frame)
{
	struct holding *first = table_get(&holds->by_frame, frame, 0);
	struct holding **at = &first;
	while (*at && (*at)->hold != hold)
		at = &(*at)->next;
	struct holding *found = *at;
	if (!found)
		return;
	*at = found->next;
	free(found);
	if (first)
		table_put(&holds->by_frame, frame, 0, first);
	else
		table_remove(&holds->by_frame, frame, 0);
}

void holds_close(struct holds *holds, struct hold *hold)
{
	if (!hold->ended)
		table_remove(&holds->opening, hold->kernel_id, 0);
	if (holds_find(holds, hold->identity) == hold)
		table_remove(&holds->by_identity, hold->identity, 0);
	for (size_t i = 0; i < hold->frame_count; i++)
		drop_frame(holds, hold, hold->frames[i]);
	free(hold->frames);
	free(hold);
}

void holds_add_frame(struct holds *holds, struct hold *hold, u64 frame)
{
	struct holding *holding = need(sizeof *holding);
	if (hold->frame_count == hold->frame_room) {
		hold->frame_room = hold->frame_room ? hold->frame_room * 2 : 16;
		hold->frames = need_more(hold->frames, hold->frame_room * sizeof *hold->frames);
	}
	hold->frames[hold->frame_count++] = frame;
	*holding = (struct holding){ hold, table_get(&holds->by_frame, frame, 0) };
	table_put(&holds->by_frame, frame, 0, holding);
}

struct hold *holds_returned(const struct holds *holds, u64 frame, u8 caller)
{
	struct hold *oldest = NULL;
	for (const struct holding *at = table_get(&holds->by_frame, frame, 0); at; at = at->next) {
		if (at->hold->caller != caller || !at->hold->ended)
			continue;
		if (at->hold->frames[0] == frame)
			return at->hold;
		oldest = at->hold;
	}
	return oldest;
}
