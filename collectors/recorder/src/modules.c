/* SPDX-License-Identifier: Apache-2.0 */
#include "modules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A line is "name size references users state address". */
static void read_list(struct modules *modules)
{
	char *text = read_text("/proc/modules");
	size_t room = 0;
	modules->count = 0;
	modules->read_at = now_ns();
	free(modules->list);
	modules->list = NULL;
	for (char *line = text; line && *line; line += strcspn(line, "\n"), line += *line == '\n') {
		struct module module = {};
		unsigned long size, start;
		if (sscanf(line, "%63s %lu %*s %*s %*s %lx", module.name, &size, &start) != 3)
			continue;
		module.start = start;
		module.end = start + size;
		if (modules->count == room)
			modules->list = need_more(modules->list, (room = room ? room * 2 : 64) * sizeof module);
		modules->list[modules->count++] = module;
	}
	free(text);
}

static const char *look_up(const struct modules *modules, u64 address)
{
	for (size_t i = 0; i < modules->count; i++)
		if (address >= modules->list[i].start && address < modules->list[i].end)
			return modules->list[i].name;
	return NULL;
}

const char *modules_find(struct modules *modules, u64 address)
{
	const char *name = look_up(modules, address);
	if (name || (modules->read_at && now_ns() - modules->read_at < NS_PER_S))
		return name;
	read_list(modules);
	return look_up(modules, address);
}
