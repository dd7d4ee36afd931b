/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holders of pins other than ib_umem. Each is a region with one block of pages; what ends it is its identity, the kernel
 * address of what holds the pages, or, for a pin call of its own, that its frames are given back.
 */
#ifndef PINTRAIL_HOLDS_H
#define PINTRAIL_HOLDS_H

#include "regions.h"

struct hold {
	u64 kernel_id, identity;
	struct umem *umem;
	u8 caller;      /* pin caller of docs/trace-format.md */
	bool is_pin;    /* a pin call of its own */
	bool ended;     /* the call that made it has returned */
	bool released;  /* before that: another thread was quicker */
	u64 *frames;    /* pinned by a call of its own, in its order */
	size_t frame_count, frame_room;
};

struct holds {
	struct table opening;     /* kernel_id: hold that is being made */
	struct table by_identity;
	struct table by_frame;    /* struct holding */
};

struct hold *holds_open(struct holds *holds, u64 kernel_id, u64 identity, struct umem *umem, u8 caller, bool is_pin);
struct hold *holds_opened(const struct holds *holds, u64 kernel_id);

/* The call has returned; identity is what will name the hold. */
void holds_opened_end(struct holds *holds, struct hold *hold, u64 identity);
struct hold *holds_find(const struct holds *holds, u64 identity);

/* Forgets it and what belongs to it, but not its umem. */
void holds_close(struct holds *holds, struct hold *hold);

/* One more frame of a pin call of its own. */
void holds_add_frame(struct holds *holds, struct hold *hold, u64 frame);

/*
 * The hold that a frame's return ends, of those that a caller of this kind has made: the one that starts with the frame if
 * there is such a one, because what pins a list gives back that list, else the oldest. NULL if it is nobody's.
 */
struct hold *holds_returned(const struct holds *holds, u64 frame, u8 caller);

#endif
