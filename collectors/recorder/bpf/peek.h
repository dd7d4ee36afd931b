/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Run by the recorder itself (BPF_PROG_TEST_RUN): reads kernel variables, and page tables on request. */
#include "hold.h"

#define PEEK_WORDS 16

u64 peek_address[PEEK_WORDS];
u64 peek_value[PEEK_WORDS];

SEC("raw_tp")
int peek(void *ctx)
{
	for (int i = 0; i < PEEK_WORDS; i++)
		peek_value[i] = peek_address[i] ? read_u64(peek_address[i]) : 0;
	return 0;
}

u64 sweep_mm, sweep_address;
u32 sweep_cause;

/* The block of sweep_address once more; the caller knows that its address space has not been given back. */
SEC("raw_tp")
int sweep(void *ctx)
{
	observe_block(sweep_mm, sweep_address, sweep_cause);
	return 0;
}

u64 forgotten_mm, forgotten_start, forgotten_length;

/* A pin call that had a region of its own has given its pages back: user space has found that. */
SEC("raw_tp")
int forget(void *ctx)
{
	umem_uncount(0, forgotten_mm, forgotten_start, forgotten_length);
	__sync_fetch_and_add(&own_pins, -1);
	return 0;
}
