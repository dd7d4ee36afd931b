/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the table says of this kernel's structures is compared with the kernel before anything is recorded: a kernel built
 * otherwise than those that the table was made for is refused, instead of misread.
 */
#ifndef PINTRAIL_FTRACE_CHECK_H
#define PINTRAIL_FTRACE_CHECK_H

#include "ftrace.h"

/* The numbers of the table against the kernel's own types, where it has them. Dies when one differs. */
void check_numbers(struct ftrace *f);

/* The recorder maps, moves and unmaps pages itself: each event that tells of it must say what is so. Dies when one does not. */
void check_events(struct ftrace *f, const struct page_sink *sink);

#endif
