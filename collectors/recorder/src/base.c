/* SPDX-License-Identifier: Apache-2.0 */
#include "base.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void say(const char *format, va_list args)
{
	fputs("pintrail-record: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

static struct {
	bool active;
	jmp_buf start;
	char text[512];
} trial;

const char *attempt(void (*act)(void *ctx), void *ctx)
{
	trial.active = true;
	bool died = setjmp(trial.start);
	if (!died)
		act(ctx);
	trial.active = false;
	return died ? trial.text : NULL;
}

void die(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	if (trial.active) {
		vsnprintf(trial.text, sizeof trial.text, format, args);
		longjmp(trial.start, 1);
	}
	say(format, args);
	va_end(args);
	exit(2);
}

void warn(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	say(format, args);
	va_end(args);
}

void tell_stage(bool verbose, const char *stage, u64 *since)
{
	u64 now = now_ns();
	if (verbose)
		warn("%s: %llu ms", stage, (unsigned long long)(now - *since) / 1000000);
	*since = now;
}

void *need(size_t bytes)
{
	void *memory = malloc(bytes);
	if (!memory)
		die("out of memory (%zu bytes)", bytes);
	return memory;
}

void *need_zero(size_t bytes)
{
	void *memory = calloc(1, bytes);
	if (!memory)
		die("out of memory (%zu bytes)", bytes);
	return memory;
}

void *need_more(void *old, size_t bytes)
{
	void *memory = realloc(old, bytes);
	if (!memory)
		die("out of memory (%zu bytes)", bytes);
	return memory;
}

u64 now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

char *read_text(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	size_t used = 0, room = 4096;
	char *text = need(room + 1);
	ssize_t got;
	while ((got = read(fd, text + used, room - used)) > 0) {
		used += got;
		if (used == room)
			text = need_more(text, (room *= 2) + 1);
	}
	close(fd);
	text[used] = 0;
	return text;
}
