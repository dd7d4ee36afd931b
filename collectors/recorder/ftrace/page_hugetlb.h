/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hugetlb files: which frame holds which part of which file. The reverse map of a shared hugetlb page is given no address,
 * but a fault of a shared area maps what the file has there. A part is known from the fault that put a new page into the
 * file, or from a page that has been read back; until something is taken out of the file or migrates.
 */
#ifndef PINTRAIL_FTRACE_PAGE_HUGETLB_H
#define PINTRAIL_FTRACE_PAGE_HUGETLB_H

#include "page_frames.h"

/* The part has had this frame ever since that time; frames of other pages than its first tell nothing new. */
void hugetlb_learn(struct ftrace *f, struct file_part at, u64 frame, u64 since);

/* The frame that a fault has found or made: the first of the part. 0: it is not known. */
u64 hugetlb_found(struct ftrace *f, const struct page_frame *fault);

/* Events are missing. */
void hugetlb_forget_all(u64 time);

#endif
