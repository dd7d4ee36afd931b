/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holders of pins other than RDMA devices: io_uring's fixed buffers, vfio with QEMU's edu device behind the IOMMU. A mark
 * writes their pages to the truth file with key 0, each page once, and compares what they read with what the CPU sees.
 */
#ifndef LAB_HOLD_H
#define LAB_HOLD_H

#include "lab.h"

/* Reads length bytes at va (of one page) as the holder sees them. */
typedef void (*lab_hold_reader)(void *holder, const char *va, char *to, size_t length);

/* From now on a mark tells of these pages; read may be NULL. */
void lab_hold(struct lab *lab, void *va, size_t length, lab_hold_reader read, void *holder);
void lab_drop(struct lab *lab, const void *va, const void *holder);

struct lab_uring;

struct lab_uring *lab_uring_open(struct lab *lab);
/* Registers buffers all at once; a ring can do that once until they are unregistered. */
void lab_uring_register(struct lab_uring *ring, char *const *va, const size_t *length, unsigned count);
/* Another buffer in that slot, or none (NULL, 0). Returns 0 or -errno. */
int lab_uring_update(struct lab_uring *ring, unsigned slot, char *va, size_t length);
void lab_uring_unregister(struct lab_uring *ring);
/* Starts a read from fd into the start of the buffer in slot, and does not wait. */
void lab_uring_start_read(struct lab_uring *ring, int fd, unsigned slot, size_t length);
/* Waits for the request that was started. Returns its result. */
int lab_uring_wait(struct lab_uring *ring);
/* With its buffers, whatever is in their place: the kernel releases them later. */
void lab_uring_close(struct lab_uring *ring);

struct lab_vfio;

/* Exits when there is no edu device bound to vfio. */
struct lab_vfio *lab_vfio_open(struct lab *lab);
/* Maps pages for the device, for writing too if write is set. */
void lab_vfio_map(struct lab_vfio *vfio, char *va, size_t length, int write);
void lab_vfio_unmap(struct lab_vfio *vfio, char *va);
/* With all that is mapped. */
void lab_vfio_close(struct lab_vfio *vfio);
#endif
