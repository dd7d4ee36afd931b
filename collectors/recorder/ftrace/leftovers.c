/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recorder that was killed leaves its trace instance and its definitions behind. Both carry its process id and start
 * time, by which the next recorder knows that it is gone.
 */
#include "probes.h"

#include "tracefs.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Field 22 of /proc/PID/stat, in clock ticks since boot; 0 when there is no such process. */
static unsigned long long start_time(u32 pid)
{
	char path[32];
	unsigned long long ticks = 0;
	snprintf(path, sizeof path, "/proc/%u/stat", pid);
	char *stat = read_text(path);
	const char *after = stat ? strrchr(stat, ')') : NULL; /* the name may have anything in it */
	if (after)
		sscanf(after + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &ticks);
	free(stat);
	return ticks;
}

void ftrace_name(struct ftrace *f)
{
	f->own_pid = getpid();
	snprintf(f->group, sizeof f->group, "pintrail_%u_%llu", f->own_pid, start_time(f->own_pid));
}

static bool is_left_over(const char *name)
{
	unsigned pid;
	unsigned long long ticks;
	return sscanf(name, "pintrail_%u_%llu", &pid, &ticks) == 2 && start_time(pid) != ticks;
}

static void remove_instances(void)
{
	DIR *instances = opendir(tracefs_path("instances"));
	struct dirent *entry;
	while (instances && (entry = readdir(instances)))
		if (is_left_over(entry->d_name))
			rmdir(tracefs_path("instances/%s", entry->d_name));
	if (instances)
		closedir(instances);
}

/* Lines are "p:GROUP/NAME FUNCTION ..." or "r1024:GROUP/NAME ...". */
void probes_remove_leftovers(void)
{
	remove_instances();
	char *definitions = tracefs_read(tracefs_path("kprobe_events"));
	for (char *line = definitions; line && *line; line += strcspn(line, "\n"), line += *line == '\n') {
		char event[128], removal[132];
		if (sscanf(line, "%*[^:]:%127s", event) != 1 || !is_left_over(event))
			continue;
		snprintf(removal, sizeof removal, "-:%s", event);
		tracefs_write(tracefs_path("kprobe_events"), removal, true);
	}
	free(definitions);
}
