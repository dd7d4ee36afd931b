/* SPDX-License-Identifier: Apache-2.0 */
#include "tracefs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char root[256];

/* Where a file system of this type is mounted; beneath debugfs tracefs appears of itself. */
static bool find_mount(const char *type, const char *below)
{
	char where[192], what[64];
	FILE *mounts = fopen("/proc/self/mounts", "re");
	bool found = false;
	while (mounts && !found && fscanf(mounts, "%*s %191s %63s %*[^\n]", where, what) == 2) {
		if (strcmp(what, type))
			continue;
		snprintf(root, sizeof root, "%s%s", where, below);
		found = !access(tracefs_path("kprobe_events"), F_OK);
	}
	if (mounts)
		fclose(mounts);
	return found;
}

static void check_lockdown(void)
{
	char *lockdown = read_text("/sys/kernel/security/lockdown");
	if (lockdown && strstr(lockdown, "[confidentiality]"))
		die("kernel lockdown is at confidentiality, which forbids tracefs and kprobes; boot with lockdown=integrity or none");
	free(lockdown);
}

void tracefs_open(void)
{
	check_lockdown();
	if (!find_mount("tracefs", "") && !find_mount("debugfs", "/tracing")) {
		if (!access("/sys/kernel/tracing/trace", F_OK))
			die("tracefs has no kprobe_events; a kernel with CONFIG_KPROBE_EVENTS is needed");
		die("tracefs is not mounted; mount -t tracefs none /sys/kernel/tracing");
	}
	char *kprobes = read_text("/sys/kernel/debug/kprobes/enabled");
	if (kprobes && *kprobes == '0')
		die("kprobes are switched off; echo 1 >/sys/kernel/debug/kprobes/enabled");
	free(kprobes);
}

const char *tracefs_path(const char *format, ...)
{
	static char paths[4][512];
	static int next;
	char *path = paths[next++ & 3];
	va_list args;
	int used = snprintf(path, sizeof *paths, "%s/", root);
	va_start(args, format);
	vsnprintf(path + used, sizeof *paths - used, format, args);
	va_end(args);
	return path;
}

int tracefs_write(const char *path, const char *text, bool append)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | (append ? O_APPEND : O_TRUNC));
	if (fd < 0)
		return -errno;
	ssize_t put = write(fd, text, strlen(text));
	int error = put < 0 ? -errno : 0;
	close(fd);
	return error;
}

char *tracefs_read(const char *path)
{
	return read_text(path);
}

/* The last "error:" line of error_log, which looks like "[  12.3] trace_kprobe: error: Invalid probed address or symbol". */
const char *tracefs_complaint(void)
{
	static char complaint[128];
	char *log = tracefs_read(tracefs_path("error_log"));
	const char *last = NULL;
	for (const char *at = log; at && (at = strstr(at, ": error: ")); at += 9)
		last = at + 9;
	snprintf(complaint, sizeof complaint, "%.*s", last ? (int)strcspn(last, "\n") : 0, last ? last : "");
	free(log);
	return complaint;
}
