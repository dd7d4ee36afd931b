/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vfio's type 1 IOMMU: what bpf/hold_vfio.h does in the kernel, from events. A mapping is named by its struct vfio_dma; its
 * pages are pinned in batches, and it is made when the ioctl returns, or the first batch of another comes.
 */
#include "hold.h"

#define IOMMU_WRITE 2

/* dma, iova, start, length, access, pages */
void vfio_begin(struct ftrace *f, const struct ftrace_event *e)
{
	struct live_hold *hold = ftrace_thread(f, e->tid)->hold;
	struct hold_request request = { .start = e->value[2], .length = e->value[3], .iova = e->value[1],
					.access = e->value[4] & IOMMU_WRITE ? MAY_WRITE : 0, .method = PTL_METHOD_VFIO };
	if (hold && hold->name == e->value[0])
		return;
	if (!request.length)
		request.length = e->value[5] << PAGE_SHIFT;
	hold_is_named(hold_begins(f, e, &request), e->value[0]);
}

/* result of the ioctl */
void vfio_end(struct ftrace *f, const struct ftrace_event *e)
{
	s64 result = e->value[0];
	hold_ends(f, e, result < 0 ? (s32)result : 0);
}

/* dma: unmapped, or the last device has left */
void vfio_release(struct ftrace *f, const struct ftrace_event *e)
{
	hold_releases(f, e, hold_named(e->value[0]));
}
