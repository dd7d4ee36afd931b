/* SPDX-License-Identifier: Apache-2.0 */
#include "ring.h"

#include <errno.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

int ring_open(struct ring *ring, int map_fd, u64 bytes)
{
	long page = sysconf(_SC_PAGESIZE);
	void *consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
	if (consumer == MAP_FAILED)
		return -errno;
	/* The data appear twice in a row, so that a record that wraps around reads straight on. */
	u8 *producer = mmap(NULL, page + 2 * bytes, PROT_READ, MAP_SHARED, map_fd, page);
	if (producer == MAP_FAILED)
		return -errno;
	*ring = (struct ring){ consumer, (void *)producer, producer + page, bytes - 1, 0 };
	return 0;
}

size_t ring_drain(struct ring *ring, void (*take)(void *ctx, const struct record *record, u32 bytes), void *ctx)
{
	u64 before = now_ns();
	u64 end = __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
	u64 at = *ring->consumer;
	size_t taken = 0;
	while (at < end) {
		const u32 *header = (const u32 *)(ring->data + (at & ring->mask));
		u32 length = __atomic_load_n(header, __ATOMIC_ACQUIRE);
		if (length & BPF_RINGBUF_BUSY_BIT)
			return taken;
		u32 bytes = length & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
		if (!(length & BPF_RINGBUF_DISCARD_BIT)) {
			take(ctx, (const void *)((const u8 *)header + BPF_RINGBUF_HDR_SZ), bytes);
			taken++;
		}
		at += (bytes + BPF_RINGBUF_HDR_SZ + 7) & ~7U;
		__atomic_store_n(ring->consumer, at, __ATOMIC_RELEASE);
	}
	ring->complete_until = before;
	return taken;
}
