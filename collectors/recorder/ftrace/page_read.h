/* SPDX-License-Identifier: Apache-2.0 */
/* Reading open pages back from /proc/PID/pagemap. */
#ifndef PINTRAIL_FTRACE_PAGE_READ_H
#define PINTRAIL_FTRACE_PAGE_READ_H

#include "page_model.h"

/* The pagemap of an address space, as long as it lives; -1 when the process has another one by now. */
int page_read_open(struct ftrace *f, u64 mm, u32 pid);

/* Settles what has been read before, now that all events before this time are known, and reads what is open still. */
void page_read_all(struct ftrace *f, u64 complete_until);

/* Of records complete until this time, until when they may be written now. */
u64 page_read_hold(u64 complete_until);

#endif
