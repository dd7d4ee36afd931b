/* SPDX-License-Identifier: Apache-2.0 */
/* The file mappings of a process, as /proc/PID/maps tells them. */
#ifndef PINTRAIL_MAPS_H
#define PINTRAIL_MAPS_H

#include "base.h"

struct mapping {
	u64 start, end, offset; /* offset in the file */
	u64 inode;
	bool executable;
	const char *path;
};

struct maps {
	struct mapping *list; /* by address */
	size_t count;
	char *text; /* what the paths point into */
};

/* False, and nothing changes, when the process has no mappings (any more). */
bool maps_read(struct maps *maps, u32 pid);
void maps_free(struct maps *maps);

/* The mapping of an address, NULL if it is none of a file. */
const struct mapping *maps_find(const struct maps *maps, u64 address);

/* Whether all executable mappings of the one are among those of the other. */
bool maps_contain(const struct maps *maps, const struct maps *others);

/* The mapped file itself, also if it has been deleted or is in another mount namespace; -1 if it cannot be opened. */
int maps_open(const struct mapping *mapping, u32 pid);

#endif
