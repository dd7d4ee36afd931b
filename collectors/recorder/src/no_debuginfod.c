/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libdw asks debuginfod servers through dlopen(), which a static program must not do and a recorder does not want to.
 * These take the place of its debuginfod-client.o (elfutils 0.178 and later).
 */
#include <stddef.h>

int __libdwfl_debuginfod_find_executable(void *dwfl, const unsigned char *id, size_t bytes);
int __libdwfl_debuginfod_find_debuginfo(void *dwfl, const unsigned char *id, size_t bytes);
void __libdwfl_debuginfod_end(void *client);

int __libdwfl_debuginfod_find_executable(void *dwfl, const unsigned char *id, size_t bytes)
{
	(void)dwfl, (void)id, (void)bytes;
	return -1;
}

int __libdwfl_debuginfod_find_debuginfo(void *dwfl, const unsigned char *id, size_t bytes)
{
	(void)dwfl, (void)id, (void)bytes;
	return -1;
}

void __libdwfl_debuginfod_end(void *client)
{
	(void)client;
}
