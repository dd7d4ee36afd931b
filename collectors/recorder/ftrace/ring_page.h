/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page of a trace buffer as trace_pipe_raw gives it (kernel/trace/ring_buffer.c, struct buffer_data_page, and
 * include/linux/ring_buffer.h): a time, the number of bytes committed, then events with their time since the one before.
 */
#ifndef PINTRAIL_RING_PAGE_H
#define PINTRAIL_RING_PAGE_H

#include "instance.h"

#define RING_PAGE_HEADER 16

/* Returns the number of events. last_time is that of the CPU's last event, for what is lost before this page. */
size_t ring_page_read(const u8 *page, u32 page_bytes, u32 cpu, u64 *last_time, const struct page_sink *sink);

#endif
