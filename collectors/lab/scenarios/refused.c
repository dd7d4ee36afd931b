/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registrations that come to nothing, each in its own way, around one that lives: over holes, over pages that may not be
 * written, after a thousand pages that could be pinned, without memory to lock, of no bytes, and of more than there can be.
 * Expected on every kernel: the region that lives is followed as if nothing had been, and so is the one that comes after.
 */
#include "lab.h"

#include <errno.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGES 1200UL
#define HOLE 1100UL
#define TIB (1UL << 40)

static struct lab *lab;
static char *va;

static void refuse(char *at, size_t length, int access)
{
    if (lab_try_register(lab, at, length, access))
        lab_fail("%zu bytes at %p were registered, and must not be", length, at);
}

/* Who may lock memory without limit is not asked for it. A thread by itself: uverbs wants the others as they were. */
static void *without_memory_to_lock(void *unused)
{
    struct rlimit limit = {64 * LAB_PAGE, 64 * LAB_PAGE};
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct caps[2];
    syscall(SYS_capget, &header, caps);
    caps[0].effective &= ~(1U << CAP_IPC_LOCK);
    if (setrlimit(RLIMIT_MEMLOCK, &limit) || syscall(SYS_capset, &header, caps))
        lab_fail("cannot do without CAP_IPC_LOCK");
    refuse(va, 100 * LAB_PAGE, LAB_RW);
    return unused;
}

int main(void)
{
    pthread_t thread;
    lab = lab_open();
    va = lab_map(PAGES);
    lab_store(va, PAGES / 2);
    lab_register(lab, va + LAB_PAGE, 8 * LAB_PAGE, LAB_RW);
    mprotect(va + HOLE * LAB_PAGE, LAB_PAGE, PROT_NONE);
    refuse(va, PAGES * LAB_PAGE, LAB_RW);
    munmap(va + HOLE * LAB_PAGE, LAB_PAGE);
    refuse(va, PAGES * LAB_PAGE, LAB_RO);
    lab_mark_and_compare(lab, "over-holes");

    refuse(va, 3 * TIB, LAB_RW);
    refuse(va, 16 * TIB - PAGES * LAB_PAGE, LAB_RW);
    refuse(va, 1024 * TIB, LAB_RW);
    refuse((char *)-LAB_PAGE, 100, LAB_RW);
    refuse((char *)-LAB_PAGE, 2 * LAB_PAGE, LAB_RW);
    pthread_create(&thread, NULL, without_memory_to_lock, NULL);
    pthread_join(thread, NULL);
    madvise(va + 4 * LAB_PAGE, 2 * LAB_PAGE, MADV_DONTNEED);
    lab_store(va, 16);
    lab_mark_and_compare(lab, "of-too-much");

    lab_map_at(va + HOLE * LAB_PAGE, 1);
    struct ibv_mr *whole = lab_register(lab, va, PAGES * LAB_PAGE, LAB_RW);
    lab_store(va, PAGES);
    madvise(va + 600 * LAB_PAGE, 4 * LAB_PAGE, MADV_DONTNEED);
    lab_store(va + 600 * LAB_PAGE, 4);
    lab_mark_and_compare(lab, "whole");
    lab_deregister(lab, whole);
    lab_mark_and_compare(lab, "last");
    lab_close(lab);
    return 0;
}
