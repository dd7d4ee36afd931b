/* SPDX-License-Identifier: Apache-2.0 */
#include "suite.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define BLANK " \t"

void suite_read(struct suite *suite, const char *path)
{
	char *text = read_text(path), *rest = text, *line;
	if (!text)
		die("cannot read the suite %s: %s", path, strerror(errno));
	*suite = (struct suite){};
	for (int number = 1; (line = strsep(&rest, "\n")); number++) {
		line += strspn(line, BLANK);
		if (!*line || *line == '#')
			continue;
		char *command = line + strcspn(line, BLANK);
		command += strspn(command, BLANK);
		if (!*command)
			die("%s, line %d: no COMMAND after the trace '%s'", path, number, line);
		line[strcspn(line, BLANK)] = 0;
		if (!strcmp(line, "-"))
			die("%s, line %d: a trace of a suite is a file, not -", path, number);
		suite->lines = need_more(suite->lines, (suite->count + 1) * sizeof *suite->lines);
		suite->lines[suite->count++] = (struct suite_line){ line, command };
	}
	if (!suite->count)
		die("%s: nothing to record in it", path);
}

/* Waits for the recording; what it is sent meanwhile is for that. Returns its exit code; *stopped: nothing more is to be recorded. */
static int wait_for(pid_t recording, int signal_fd, bool *stopped)
{
	struct pollfd signals = { .fd = signal_fd, .events = POLLIN };
	struct signalfd_siginfo info;
	int status;
	while (waitpid(recording, &status, WNOHANG) != recording) {
		poll(&signals, 1, -1);
		while (read(signal_fd, &info, sizeof info) == sizeof info) {
			if (info.ssi_signo == SIGCHLD)
				continue;
			kill(recording, info.ssi_signo);
			*stopped |= info.ssi_signo != SIGUSR1;
		}
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int suite_run(const struct suite *suite, int signal_fd, int (*record)(void *ctx, const struct suite_line *line), void *ctx)
{
	bool stopped = false;
	int first = 0;
	for (size_t i = 0; i < suite->count && !stopped; i++) {
		u64 begun = now_ns();
		pid_t self = getpid(), recording = fork();
		if (recording < 0)
			die("cannot start a recording: %s", strerror(errno));
		if (!recording) {
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			if (getppid() != self)
				_exit(1);
			exit(record(ctx, &suite->lines[i]));
		}
		int code = wait_for(recording, signal_fd, &stopped);
		if (!first)
			first = code;
		warn("[%zu/%zu] %s: exit code %d after %.1f s", i + 1, suite->count, suite->lines[i].trace, code,
		     (now_ns() - begun) / (double)NS_PER_S);
	}
	return first;
}
