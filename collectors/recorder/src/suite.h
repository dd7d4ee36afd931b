/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several recordings one after another by programs that are attached once: each line of a file names a trace and the
 * COMMAND that is recorded in it. Regions that are there when one begins are found by it, whoever recorded their
 * registration.
 */
#ifndef PINTRAIL_SUITE_H
#define PINTRAIL_SUITE_H

#include "base.h"

struct suite_line {
	char *trace;
	char *command; /* for sh -c */
};

struct suite {
	struct suite_line *lines;
	size_t count;
};

/* Dies with file and line when one is not "TRACE COMMAND...". Empty lines and those that begin with # do not count. */
void suite_read(struct suite *suite, const char *path);

/*
 * Calls record in a process of its own for each line, and says how each ended. What signal_fd reads is passed on to the
 * recording under way; SIGINT, SIGTERM and SIGHUP end all. Returns the exit code of the first that was not 0.
 */
int suite_run(const struct suite *suite, int signal_fd, int (*record)(void *ctx, const struct suite_line *line), void *ctx);

#endif
