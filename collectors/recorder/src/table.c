/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

#include <stdlib.h>

static size_t home(const struct table *table, u64 high, u64 low)
{
	u64 hash = (high ^ low * 0x9E3779B97F4A7C15ULL) * 0xBF58476D1CE4E5B9ULL;
	return (hash ^ hash >> 32) & table->mask;
}

static struct slot *find(const struct table *table, u64 high, u64 low)
{
	size_t i = home(table, high, low);
	while (table->slots[i].value && (table->slots[i].high != high || table->slots[i].low != low))
		i = (i + 1) & table->mask;
	return &table->slots[i];
}

void *table_get(const struct table *table, u64 high, u64 low)
{
	return table->slots ? find(table, high, low)->value : NULL;
}

static void grow(struct table *table)
{
	struct slot *old = table->slots;
	size_t slots = old ? table->mask + 1 : 0;
	table->mask = old ? slots * 2 - 1 : 63;
	table->slots = need_zero((table->mask + 1) * sizeof *table->slots);
	for (size_t i = 0; i < slots; i++)
		if (old[i].value)
			*find(table, old[i].high, old[i].low) = old[i];
	free(old);
}

void table_put(struct table *table, u64 high, u64 low, void *value)
{
	if (!table->slots || (table->used + 1) * 2 > table->mask)
		grow(table);
	struct slot *slot = find(table, high, low);
	if (!slot->value)
		table->used++;
	*slot = (struct slot){ high, low, value };
}

void *table_remove(struct table *table, u64 high, u64 low)
{
	if (!table->slots)
		return NULL;
	struct slot *slot = find(table, high, low);
	void *value = slot->value;
	if (!value)
		return NULL;
	slot->value = NULL;
	table->used--;
	/* What stood behind it in the same chain moves up. */
	size_t hole = slot - table->slots;
	for (size_t i = (hole + 1) & table->mask; table->slots[i].value; i = (i + 1) & table->mask) {
		size_t at = home(table, table->slots[i].high, table->slots[i].low);
		if (((i - at) & table->mask) >= ((i - hole) & table->mask)) {
			table->slots[hole] = table->slots[i];
			table->slots[i].value = NULL;
			hole = i;
		}
	}
	return value;
}
