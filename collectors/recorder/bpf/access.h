/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* rxe's data path: the device reads or writes a region's memory. */
#include "trace.h"

__shared int accessed(u64 mr, u64 iova, u64 length, u32 writes)
{
	struct access_record *access = length ? reserve_bulk(sizeof *access) : 0;
	if (!access)
		return 0;
	fill_head(&access->head, RECORD_ACCESS, 0);
	access->mr = mr;
	access->iova = iova;
	access->length = length;
	access->writes = writes;
	access->reserved = 0;
	submit(access);
	return 0;
}

/* rxe_mem_copy, rxe_mr_copy, rxe_odp_mr_copy (mr, iova, address, length, direction: 0 to the region, 1 from it) */
AT_CALL(copy_enter)
{
	return accessed(a[0], a[1], (u32)a[3], (u32)a[4] == 0);
}

AT_CALL(odp_copy_enter)
{
	return accessed(a[0], a[1], (u32)a[3], (u32)a[4] == 0);
}

#define ATOMIC_ENTER(name)                                                                                             \
	AT_CALL(name)                                                                                                  \
	{                                                                                                              \
		return accessed(a[0], a[1], 8, 1);                                                               \
	}

ATOMIC_ENTER(atomic_enter)
ATOMIC_ENTER(atomic_write_enter)
ATOMIC_ENTER(odp_atomic_enter)

/* Until 6.2 atomics found their address by iova_to_vaddr(mr, iova, length). */
AT_CALL(iova_enter)
{
	return (u32)a[2] == 8 ? accessed(a[0], a[1], 8, 1) : 0;
}
