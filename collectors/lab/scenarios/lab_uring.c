/* SPDX-License-Identifier: Apache-2.0 */
/* io_uring by its system calls: one ring, one request at a time, fixed buffers. */
#include "lab_state.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define SLOTS 64
#define ENTRIES 4

struct lab_uring {
    struct lab *lab;
    int fd, out; /* the ring; a memfd that WRITE_FIXED writes to */
    char *rings;
    size_t rings_bytes;
    struct io_uring_sqe *entries;
    struct io_uring_params params;
    char *buffer[SLOTS];
    unsigned slots;
};

static unsigned *ring_word(struct lab_uring *ring, unsigned offset)
{
    return (unsigned *)(ring->rings + offset);
}

struct lab_uring *lab_uring_open(struct lab *lab)
{
    struct lab_uring *ring = calloc(1, sizeof *ring);
    errno = 0;
    if (!ring || (ring->out = memfd_create("uring", MFD_CLOEXEC)) < 0)
        lab_fail("cannot make a ring's memory");
    ring->lab = lab;
    ring->fd = syscall(SYS_io_uring_setup, ENTRIES, &ring->params);
    if (ring->fd < 0)
        lab_fail("io_uring_setup");
    const struct io_uring_params *p = &ring->params;
    ring->rings_bytes = p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);
    ring->rings = mmap(NULL, ring->rings_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, IORING_OFF_SQ_RING);
    ring->entries = mmap(NULL, p->sq_entries * sizeof *ring->entries, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd,
                         IORING_OFF_SQES);
    if (ring->rings == MAP_FAILED || ring->entries == MAP_FAILED)
        lab_fail("cannot map a ring");
    return ring;
}

static void submit(struct lab_uring *ring, const struct io_uring_sqe *entry)
{
    unsigned *tail = ring_word(ring, ring->params.sq_off.tail);
    unsigned index = *tail & *ring_word(ring, ring->params.sq_off.ring_mask);
    ring->entries[index] = *entry;
    ring_word(ring, ring->params.sq_off.array)[index] = index;
    __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
    if (syscall(SYS_io_uring_enter, ring->fd, 1, 0, 0, NULL, 0) != 1)
        lab_fail("io_uring_enter");
}

int lab_uring_wait(struct lab_uring *ring)
{
    unsigned *head = ring_word(ring, ring->params.cq_off.head);
    while (*head == __atomic_load_n(ring_word(ring, ring->params.cq_off.tail), __ATOMIC_ACQUIRE))
        if (syscall(SYS_io_uring_enter, ring->fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0 && errno != EINTR)
            lab_fail("io_uring_enter");
    const struct io_uring_cqe *done = (void *)(ring->rings + ring->params.cq_off.cqes);
    int result = done[*head & *ring_word(ring, ring->params.cq_off.ring_mask)].res;
    __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
    return result;
}

static void transfer(struct lab_uring *ring, int opcode, int fd, unsigned slot, const char *va, size_t length)
{
    submit(ring, &(struct io_uring_sqe){
                     .opcode = opcode, .fd = fd, .addr = (uintptr_t)va, .len = length, .buf_index = slot});
}

/* WRITE_FIXED takes the bytes from the pages that are pinned. */
static void read_fixed(void *holder, const char *va, char *to, size_t length)
{
    struct lab_uring *ring = holder;
    unsigned slot = 0;
    for (int i = 0; i < ring->lab->hold_count; i++) {
        const struct lab_hold *hold = &ring->lab->holds[i];
        if (hold->holder == ring && va >= hold->va && va < hold->va + hold->length)
            for (slot = 0; ring->buffer[slot] != hold->va;)
                slot++;
    }
    transfer(ring, IORING_OP_WRITE_FIXED, ring->out, slot, va, length);
    int result = lab_uring_wait(ring);
    errno = result < 0 ? -result : 0;
    if (result != (int)length || pread(ring->out, to, length, 0) != (ssize_t)length)
        lab_fail("WRITE_FIXED of %zu bytes at %p gave %d", length, va, result);
}

void lab_uring_start_read(struct lab_uring *ring, int fd, unsigned slot, size_t length)
{
    transfer(ring, IORING_OP_READ_FIXED, fd, slot, ring->buffer[slot], length);
}

static void put(struct lab_uring *ring, unsigned slot, char *va, size_t length)
{
    if (ring->buffer[slot])
        lab_drop(ring->lab, ring->buffer[slot], ring);
    ring->buffer[slot] = va;
    if (va)
        lab_hold(ring->lab, va, length, read_fixed, ring);
}

void lab_uring_register(struct lab_uring *ring, char *const *va, const size_t *length, unsigned count)
{
    struct iovec buffers[SLOTS];
    for (unsigned i = 0; i < count; i++)
        buffers[i] = (struct iovec){va[i], length[i]};
    if (syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_BUFFERS, buffers, count))
        lab_fail("cannot register %u fixed buffers", count);
    ring->slots = count;
    for (unsigned i = 0; i < count; i++)
        put(ring, i, va[i], length[i]);
}

int lab_uring_update(struct lab_uring *ring, unsigned slot, char *va, size_t length)
{
    struct iovec buffer = {va, length};
    struct io_uring_rsrc_update2 update = {.offset = slot, .data = (uintptr_t)&buffer, .nr = 1};
    if (syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_BUFFERS_UPDATE, &update, sizeof update) != 1)
        return -errno;
    put(ring, slot, va, length);
    return 0;
}

static void drop_all(struct lab_uring *ring)
{
    for (unsigned i = 0; i < ring->slots; i++)
        put(ring, i, NULL, 0);
    ring->slots = 0;
}

void lab_uring_unregister(struct lab_uring *ring)
{
    if (syscall(SYS_io_uring_register, ring->fd, IORING_UNREGISTER_BUFFERS, NULL, 0))
        lab_fail("cannot unregister the fixed buffers");
    drop_all(ring);
}

void lab_uring_close(struct lab_uring *ring)
{
    drop_all(ring);
    munmap(ring->entries, ring->params.sq_entries * sizeof *ring->entries);
    munmap(ring->rings, ring->rings_bytes);
    close(ring->fd);
    close(ring->out);
    free(ring);
}
