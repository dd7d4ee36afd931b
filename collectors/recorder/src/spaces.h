/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Address spaces: the kernel's mm_struct address is one's name only from its first use to exit_mmap(); the asid that the
 * trace uses is never given twice.
 */
#ifndef PINTRAIL_SPACES_H
#define PINTRAIL_SPACES_H

#include "table.h"

struct space {
	u64 mm;
	u32 asid;
	u32 pid;        /* of the process first seen with it */
	u32 umems;      /* live */
	bool ended;
	bool announced; /* a SPACE or EXEC event has named it */
};

struct spaces {
	struct table by_mm, by_pid, by_asid;
	u32 last_asid;
};

/* NULL when the address space has not been given a name. */
struct space *spaces_find(const struct spaces *spaces, u64 mm);
struct space *spaces_get(struct spaces *spaces, u64 mm, u32 pid);

/* From now on the process has this address space. */
void spaces_adopt(struct spaces *spaces, u32 pid, struct space *space);
struct space *spaces_of_process(const struct spaces *spaces, u32 pid);
void spaces_forget_process(struct spaces *spaces, u32 pid);

/* Torn down. The kernel gives its mm to another address space only after the last umem (which holds it) is released. */
void spaces_end(struct spaces *spaces, struct space *space);

/* A umem comes, a umem goes. */
void spaces_hold(struct space *space);
void spaces_release(struct spaces *spaces, struct space *space);

#endif
