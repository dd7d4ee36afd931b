/* SPDX-License-Identifier: Apache-2.0 */
#include "spaces.h"

struct space *spaces_find(const struct spaces *spaces, u64 mm)
{
	return mm ? table_get(&spaces->by_mm, mm, 0) : NULL;
}

/* The kernel uses a struct mm_struct again when the last umem of it is gone, too: if one is not, its release has been lost. */
struct space *spaces_get(struct spaces *spaces, u64 mm, u32 pid)
{
	struct space *space = spaces_find(spaces, mm);
	if (!space || space->ended) {
		space = need_zero(sizeof *space);
		*space = (struct space){ .mm = mm, .asid = ++spaces->last_asid, .pid = pid };
		table_put(&spaces->by_mm, mm, 0, space);
		table_put(&spaces->by_asid, space->asid, 0, space);
	}
	return space;
}

void spaces_adopt(struct spaces *spaces, u32 pid, struct space *space)
{
	table_put(&spaces->by_pid, pid, 0, space);
}

struct space *spaces_of_process(const struct spaces *spaces, u32 pid)
{
	return table_get(&spaces->by_pid, pid, 0);
}

void spaces_forget_process(struct spaces *spaces, u32 pid)
{
	table_remove(&spaces->by_pid, pid, 0);
}

static void forget_mm(struct spaces *spaces, const struct space *space)
{
	if (spaces_find(spaces, space->mm) == space)
		table_remove(&spaces->by_mm, space->mm, 0);
}

void spaces_end(struct spaces *spaces, struct space *space)
{
	space->ended = true;
	if (!space->umems)
		forget_mm(spaces, space);
}

void spaces_hold(struct space *space)
{
	space->umems++;
}

void spaces_release(struct spaces *spaces, struct space *space)
{
	if (!--space->umems && space->ended)
		forget_mm(spaces, space);
}
