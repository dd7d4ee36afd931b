/* SPDX-License-Identifier: Apache-2.0 */
/* Small files of tracefs. Paths are below its mount point. */
#ifndef PINTRAIL_TRACEFS_H
#define PINTRAIL_TRACEFS_H

#include "../src/base.h"

/* Finds the mount point. Dies in one line when there is none, or when the kernel does not let it be used. */
void tracefs_open(void);

/* "DIRECTORY/instances/x/y" from "instances/%s/y", valid until the fourth call after this one. */
const char *tracefs_path(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes a text in one write, as tracefs wants it. 0 or -errno. append: do not truncate, which for some files means reset. */
int tracefs_write(const char *path, const char *text, bool append);

/* The whole file as a string, to be freed; NULL when it cannot be read. */
char *tracefs_read(const char *path);

/* What the kernel said of the last definition that it refused, "" if nothing. */
const char *tracefs_complaint(void);

#endif
