/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking the kernel: the recorder does something itself, and a probe that only it hits, in an instance of its own, tells
 * what the kernel saw. That is how addresses and offsets are found without types of the kernel.
 */
#ifndef PINTRAIL_FTRACE_ASK_H
#define PINTRAIL_FTRACE_ASK_H

#include "ftrace.h"

/* Makes the instance and the probes that are always there. */
void ask_open(struct ftrace *f);
void ask_close(struct ftrace *f);

/* The event that act(ctx) leads to, valid until the next question; NULL when there was none. */
const struct ftrace_event *ftrace_ask(struct ftrace *f, const struct ftrace_probe *probe, void (*act)(void *ctx), void *ctx);

/* /proc/PID/pagemap (-1: it cannot be opened), and whose it is: the kernel's mm_struct, 0 not known. */
u64 ftrace_open_pagemap(struct ftrace *f, u32 pid, int *pagemap);

/* A word of kernel memory. */
u64 ftrace_peek_word(struct ftrace *f, u64 address);

/* The offset of struct file's f_op, as a constant: a mark is known by the file it is written to. */
void ask_file_operations(struct ftrace *f);

#endif
