/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * vfio's type 1 IOMMU. VFIO_IOMMU_MAP_DMA makes a struct vfio_dma and pins its pages in batches; what the IOMMU maps stays
 * until the vfio_dma is removed, even where 5.10 unpins a zero page at once (vaddr_get_pfns()). The structure starts with
 * an rb_node and then says iova, vaddr, size and prot, on every kernel from 3.6 on.
 */
#include "hold.h"

#define IOMMU_WRITE 2
#define DMA_IOVA 24
#define DMA_VADDR 32
#define DMA_SIZE 40
#define DMA_PROT 48

/* vfio_pin_pages_remote(dma, address, pages, ...): the first batch of a new mapping, or of one that a new domain maps too. */
AT_CALL(vfio_pin_enter)
{
	struct thread_state *state = thread_find();
	u64 dma = a[0];
	if (state && state->hold) {
		if (state->hold_identity == dma)
			return 0;
		hold_ends(state, 0);
	}
	u64 start = read_u64(dma + DMA_VADDR), length = read_u64(dma + DMA_SIZE);
	if (!length)
		length = (u64)a[2] << 12;
	u32 access = read_u32(dma + DMA_PROT) & IOMMU_WRITE ? MAY_WRITE : 0;
	if (hold_opens(start, length, read_u64(dma + DMA_IOVA), dma, METHOD_VFIO | access << 8))
		observe_range(current_mm(), start, start + length, CAUSE_OTHER);
	return 0;
}

/* vfio_unmap_unpin(iommu, dma, ...), vfio_remove_dma(iommu, dma): unmapped, or the last device has left */
#define VFIO_RELEASE(name)                                                                                             \
	AT_CALL(name)                                                                                                  \
	{                                                                                                              \
		return hold_releases(a[1]);                                                                         \
	}

VFIO_RELEASE(vfio_unmap_enter)
VFIO_RELEASE(vfio_remove_enter)
