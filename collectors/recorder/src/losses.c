/* SPDX-License-Identifier: Apache-2.0 */
#include "losses.h"

#define CALM_NS (NS_PER_S / 10) /* without a loss */
#define PATIENCE_NS NS_PER_S    /* while losses go on */
#define SHARE 10                /* of the time at most one part goes to such snapshots */

void losses_tell(struct recorder *r, u32 cpu, u64 count, u64 since, u64 until)
{
	struct losses *losses = r->losses;
	const struct record forget = { .kind = RECORD_FORGET, .time = until };
	ptl_lost(r->out, until, 0, 0, cpu, count, until - since);
	queue_put(losses->queue, &forget, sizeof forget);
	losses->last = until;
	if (!losses->first)
		losses->first = until;
}

void losses_tell_accesses(struct recorder *r, u64 count, u64 since, u64 until)
{
	if (count)
		ptl_access_lost(r->out, until, 0, 0, count, until - since);
}

void losses_warn_of_accesses(u64 count)
{
	if (count)
		warn("%llu accesses of devices were not seen; page states are not concerned", (unsigned long long)count);
}

bool losses_want_snapshot(const struct recorder *r)
{
	const struct losses *losses = r->losses;
	u64 now = now_ns();
	return losses->first && now >= losses->not_before &&
	       (now > losses->last + CALM_NS || now > losses->first + PATIENCE_NS);
}

void losses_healed(struct recorder *r, u64 begun)
{
	struct losses *losses = r->losses;
	u64 now = now_ns();
	losses->not_before = now + (now - begun) * SHARE;
	if (losses->last < begun)
		losses->first = 0;
	else
		losses->first = losses->last;
}
