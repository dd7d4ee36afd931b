/* SPDX-License-Identifier: Apache-2.0 */
#include "instance.h"

#include "../src/kernel.h"
#include "ring_page.h"
#include "tracefs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void set(const struct instance *instance, const char *file, const char *text)
{
	int error = tracefs_write(tracefs_path("instances/%s/%s", instance->name, file), text, false);
	if (error)
		die("cannot set %s of the trace instance %s to %s: %s", file, instance->name, text, strerror(-error));
}

/* The last number of "N: field ... data; offset:16; size:4080;" tells how large a page is. */
static u32 page_size(const struct instance *instance)
{
	char *header = tracefs_read(tracefs_path("events/header_page"));
	const char *data = header ? strstr(header, " data;") : NULL;
	unsigned offset = 0, size = 0;
	if (!data || sscanf(data, " data; offset:%u; size:%u;", &offset, &size) != 2 || offset != RING_PAGE_HEADER)
		die("%s describes buffer pages this version does not know", tracefs_path("events/header_page"));
	free(header);
	char *kib = tracefs_read(tracefs_path("instances/%s/buffer_subbuf_size_kb", instance->name)); /* 6.8 on */
	u32 bytes = kib ? strtoul(kib, NULL, 10) * 1024 : offset + size;
	free(kib);
	return bytes;
}

/*
 * A new instance takes over record-cmd. With it the first event that is enabled has the names of threads recorded at every
 * switch and wakeup of the host (tracing_start_cmdline_record() in kernel/trace/trace.c), which nobody here reads. It can
 * only be changed for all, and is not where somebody uses events: they are recorded then in any case.
 */
static bool make(const char *name)
{
	char *names = tracefs_read(tracefs_path("options/record-cmd")), *others = tracefs_read(tracefs_path("set_event"));
	bool off = names && *names == '1' && others && !*others && !tracefs_write(tracefs_path("options/record-cmd"), "0", false);
	int error = mkdir(tracefs_path("instances/%s", name), 0700) ? errno : 0;
	if (off)
		tracefs_write(tracefs_path("options/record-cmd"), "1", false);
	free(names);
	free(others);
	errno = error;
	return !error;
}

void instance_open(struct instance *instance, const char *name, u64 kib_per_cpu)
{
	char size[24];
	*instance = (struct instance){ .cpus = sysconf(_SC_NPROCESSORS_CONF) };
	snprintf(instance->name, sizeof instance->name, "%s", name);
	if (!make(name))
		die("cannot make the trace instance %s: %s%s", tracefs_path("instances/%s", name), strerror(errno),
		    kernel_lockdown_hint());
	instance->fds = need(instance->cpus * sizeof *instance->fds);
	memset(instance->fds, -1, instance->cpus * sizeof *instance->fds);
	instance->last_time = need_zero(instance->cpus * sizeof *instance->last_time);
	instance->refused = need_zero(instance->cpus * sizeof *instance->refused);
	set(instance, "trace_clock", "mono");
	snprintf(size, sizeof size, "%llu", (unsigned long long)kib_per_cpu);
	set(instance, "buffer_size_kb", size);
	instance->page_bytes = page_size(instance);
	instance->page = need(instance->page_bytes);
	for (int cpu = 0; cpu < instance->cpus; cpu++)
		instance->fds[cpu] = open(tracefs_path("instances/%s/per_cpu/cpu%d/trace_pipe_raw", name, cpu),
					  O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

size_t instance_drain_cpu(struct instance *instance, int cpu, const struct page_sink *sink)
{
	size_t events = 0;
	while (instance->fds[cpu] >= 0 &&
	       read(instance->fds[cpu], instance->page, instance->page_bytes) == (ssize_t)instance->page_bytes)
		events += ring_page_read(instance->page, instance->page_bytes, cpu, &instance->last_time[cpu], sink);
	return events;
}

size_t instance_drain(struct instance *instance, const struct page_sink *sink)
{
	size_t events = 0;
	for (int cpu = 0; cpu < instance->cpus; cpu++)
		events += instance_drain_cpu(instance, cpu, sink);
	return events;
}

static u64 number_after(const char *text, const char *name)
{
	const char *at = strstr(text, name);
	return at ? strtoull(at + strlen(name), NULL, 10) : 0;
}

u64 instance_refused(struct instance *instance, int cpu)
{
	char *stats = tracefs_read(tracefs_path("instances/%s/per_cpu/cpu%d/stats", instance->name, cpu));
	if (!stats)
		return 0;
	u64 refused = number_after(stats, "commit overrun: ") + number_after(stats, "dropped events: ");
	u64 more = refused - instance->refused[cpu];
	instance->refused[cpu] = refused;
	free(stats);
	return more;
}

void instance_close(struct instance *instance)
{
	for (int cpu = 0; instance->fds && cpu < instance->cpus; cpu++)
		if (instance->fds[cpu] >= 0)
			close(instance->fds[cpu]);
	free(instance->fds);
	free(instance->last_time);
	free(instance->refused);
	free(instance->page);
	if (*instance->name)
		rmdir(tracefs_path("instances/%s", instance->name));
	*instance = (struct instance){};
}
