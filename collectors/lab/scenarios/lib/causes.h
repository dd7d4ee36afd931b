/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAUSES_H
#define CAUSES_H

#include <stddef.h>

int causes_evict(char *start, size_t bytes);          /* discard(): madvise(MADV_DONTNEED) */
int causes_shrink(char *start, size_t bytes);         /* unmap(): munmap */
int causes_trim(void);                                /* give_back(): malloc_trim */
int causes_count(char *start, size_t bytes);          /* fill(): stores */
int causes_punch(int fd, size_t from, size_t bytes);  /* punch(): fallocate */
char *causes_move(char *start, size_t bytes);         /* mremap */

#endif
