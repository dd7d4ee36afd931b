/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PINTRAIL_OPTIONS_H
#define PINTRAIL_OPTIONS_H

#include "base.h"

struct options {
	const char *output;  /* a path, or "-"; NULL with a suite */
	const char *backend; /* its name; NULL: what works */
	bool scope_all;
	bool no_stacks;
	bool verbose;
	u64 duration_ns; /* 0: no limit */
	u64 buffer_bytes; /* a power of two */
	char **command;  /* NULL-terminated, or NULL */
	const char *suite; /* a path, or NULL */
};

/* Ends the program for --help, --version and wrong usage (exit code 2). */
void options_parse(struct options *options, int argc, char **argv);

#endif
