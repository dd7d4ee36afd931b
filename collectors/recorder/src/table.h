/* SPDX-License-Identifier: Apache-2.0 */
/* A hash table from two 64-bit numbers to a pointer. */
#ifndef PINTRAIL_TABLE_H
#define PINTRAIL_TABLE_H

#include "base.h"

struct slot {
	u64 high, low;
	void *value; /* NULL: free */
};

struct table {
	struct slot *slots;
	size_t mask, used;
};

void *table_get(const struct table *table, u64 high, u64 low);

/* Replaces what was there; value is not NULL. */
void table_put(struct table *table, u64 high, u64 low, void *value);

/* The value that was there, or NULL. */
void *table_remove(struct table *table, u64 high, u64 low);

#endif
