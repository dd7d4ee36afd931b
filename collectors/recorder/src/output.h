/* SPDX-License-Identifier: Apache-2.0 */
/* Where the trace goes: a file, or a pipe. */
#ifndef PINTRAIL_OUTPUT_H
#define PINTRAIL_OUTPUT_H

#include "base.h"
#include "../ptl/ptl_writer.h"

struct output {
	const char *path;
	int fd;
	bool is_file;
	u64 written; /* whole batches */
};

/* Dies when the file cannot be written. */
void output_open(struct output *output, const char *path);

/* A ptl_sink: a whole batch or nothing, so that what is there stays readable. */
int output_write(void *output, const void *bytes, size_t count);

/* 0 or -errno. */
int output_close(struct output *output);

#endif
