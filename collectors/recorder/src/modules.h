/* SPDX-License-Identifier: Apache-2.0 */
/* Where kernel modules are, also those that were loaded after the recorder had started. */
#ifndef PINTRAIL_MODULES_H
#define PINTRAIL_MODULES_H

#include "base.h"

struct module {
	char name[64];
	u64 start, end;
};

struct modules {
	struct module *list;
	size_t count;
	u64 read_at;
};

/* Name of the module whose code an address is in, NULL if it is in none. */
const char *modules_find(struct modules *modules, u64 address);

#endif
