/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every scenario shares: one rxe device with two loopback RC queue pairs, its regions, and marks.
 *
 * A mark is written to trace_marker first; then the pagemap of every live region goes to the truth file. Reading the
 * pagemap changes no page table. Comparing does: the CPU's copy faults pages in. So names are unique, and what a
 * comparison did to the page tables shows at the next mark.
 */
#ifndef LAB_H
#define LAB_H

#include <infiniband/verbs.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define LAB_PAGE 4096UL
#define LAB_RW (IBV_ACCESS_LOCAL_WRITE | IBV_ACCESS_REMOTE_READ | IBV_ACCESS_REMOTE_WRITE)
#define LAB_RO IBV_ACCESS_REMOTE_READ

struct lab;

/* Opens the device and the truth and data files $LAB_OUT.truth.csv and $LAB_OUT.data.csv (default: the program's name). */
struct lab *lab_open(void);
/* The same without an RDMA device: no regions, but what lab_hold.h offers. */
struct lab *lab_open_bare(void);
void lab_close(struct lab *lab);

/* access: LAB_RW, LAB_RO or any IBV_ACCESS_*. Exits when the kernel refuses: scenarios register only what must work. */
struct ibv_mr *lab_register(struct lab *lab, void *va, size_t length, int access);
/* The same, but NULL with errno when the kernel refuses. */
struct ibv_mr *lab_try_register(struct lab *lab, void *va, size_t length, int access);
void lab_deregister(struct lab *lab, struct ibv_mr *mr);
/* Returns 0 or the errno with which the driver refused; the mr is unchanged then. */
int lab_reregister_access(struct lab *lab, struct ibv_mr *mr, int access);

/* RDMA WRITE of length bytes (at most LAB_LANDING) to va of the region; exits when it fails. */
void lab_device_write(struct lab *lab, struct ibv_mr *mr, void *va, const void *from, size_t length);
/* RDMA READ into the landing buffer, which is returned; the next read overwrites it. */
const char *lab_device_read(struct lab *lab, struct ibv_mr *mr, const void *va, size_t length);
#define LAB_LANDING (16 * LAB_PAGE)

/* Names are unique in a run and hold no comma. */
__attribute__((format(printf, 2, 3))) void lab_mark(struct lab *lab, const char *format, ...);
/* Then reads every region through the device and compares it page by page with what the CPU sees. */
__attribute__((format(printf, 2, 3))) void lab_mark_and_compare(struct lab *lab, const char *format, ...);

/* The process that started this one, if it is the recorder, else 0. */
pid_t lab_recorder(void);
/* Has it look for losses and take a snapshot; returns when that is done. */
void lab_heal(pid_t recorder);

/* Two disks in memory, /dev/ram0 and /dev/ram1; the second with ext4 at /disk. false where they cannot be had. */
bool lab_disks_open(void);
bool lab_disk_mount(void);
/* Nothing on them is open any more. */
void lab_disks_close(void);

/* Private anonymous memory, not touched yet. */
char *lab_map(size_t pages);
/* The same at a given address, replacing what is mapped there. */
void lab_map_at(char *va, size_t pages);
/* Fills pages with a pattern that differs in every byte from what the 255 calls before wrote to the same page of a
 * range, so that not even one byte of an old page can look like the new one. */
void lab_store(char *va, size_t pages);
/* Reads one byte of each page. */
void lab_touch(const char *va, size_t pages);

__attribute__((format(printf, 1, 2))) void lab_say(const char *format, ...);
/* Prints the sentence with errno and exits 1. */
__attribute__((format(printf, 1, 2), noreturn)) void lab_fail(const char *format, ...);
#endif
