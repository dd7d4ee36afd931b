/* SPDX-License-Identifier: Apache-2.0 */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void output_open(struct output *output, const char *path)
{
	*output = (struct output){ .path = path };
	if (!strcmp(path, "-")) {
		output->path = "standard output";
		/* COMMAND may print; what it prints must not get between the batches. */
		output->fd = fcntl(1, F_DUPFD_CLOEXEC, 3);
		if (output->fd < 0 || isatty(1))
			die("standard output is %s; use -o FILE or a pipe", output->fd < 0 ? "closed" : "a terminal");
		dup2(2, 1);
		return;
	}
	output->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	struct stat st;
	if (output->fd < 0 || fstat(output->fd, &st))
		die("cannot write %s: %s; choose another -o FILE", path, strerror(errno));
	output->is_file = S_ISREG(st.st_mode);
}

int output_write(void *to, const void *bytes, size_t count)
{
	struct output *output = to;
	const char *at = bytes;
	size_t left = count;
	while (left) {
		ssize_t put = write(output->fd, at, left);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			int error = put < 0 ? errno : EIO;
			/* A disk that is full takes a part of the batch: take it back. */
			if (output->is_file && ftruncate(output->fd, output->written) == 0)
				lseek(output->fd, output->written, SEEK_SET);
			return -error;
		}
		at += put;
		left -= put;
	}
	output->written += count;
	return 0;
}

int output_close(struct output *output)
{
	return close(output->fd) ? -errno : 0;
}
