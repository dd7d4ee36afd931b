/* SPDX-License-Identifier: Apache-2.0 */
#include "pages.h"

void pages_calibrate(struct ftrace *f)
{
	(void)f;
}

void pages_self_check(struct ftrace *f)
{
	(void)f;
}

void pages_watch(struct ftrace *f, const struct ftrace_event *e, u64 mm, u64 start, u64 length)
{
	(void)f, (void)e, (void)mm, (void)start, (void)length;
}

void pages_unwatch(struct ftrace *f, const struct ftrace_event *e, u64 mm, u64 start, u64 length)
{
	(void)f, (void)e, (void)mm, (void)start, (void)length;
}

void pages_pinned(struct ftrace *f, const struct ftrace_event *e, u64 mm, u64 start, const u64 *page, u64 count, u64 umem)
{
	(void)f, (void)e, (void)mm, (void)start, (void)page, (void)count, (void)umem;
}

void pages_space_end(struct ftrace *f, const struct ftrace_event *e, u64 mm)
{
	(void)f, (void)e, (void)mm;
}

void pages_idle(struct ftrace *f, u64 complete_until)
{
	(void)f, (void)complete_until;
}
