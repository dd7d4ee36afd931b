/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three processes map the same gigabyte of hugetlb memory and share its page table page. A hole that is punched takes the
 * table away from the one with the region, and with it pages that nobody unmapped; its next fault brings back what the
 * others have; and what one of them puts into the hole is then there for all, without a sound.
 * A scenario for collectors/lab/run: no verdict may be wrong. Where nobody can know, the page is UNKNOWN.
 */
#include "../../lab/scenarios/lab.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MFD_HUGETLB
#define MFD_HUGETLB 4U
#endif
#define GIG (1UL << 30)
#define HUGE (2UL << 20)
#define HUGE_PAGES (HUGE / LAB_PAGE)
#define AT ((char *)0x20000000000)
#define BLOCKS 6 /* that there are pages for; the region has 1 to 4 */
#define HOLE 2

static int memory;

struct peer {
    pid_t pid;
    int to, from;
};

static void map(void)
{
    /* Reserves nothing: the pool has a few pages only. */
    int flags = MAP_SHARED | MAP_NORESERVE | MAP_FIXED;
    if (mmap(AT, GIG, PROT_READ | PROT_WRITE, flags, memory, 0) != AT)
        lab_fail("cannot map a GiB of hugetlb memory");
}

static void say(int fd, unsigned char block)
{
    if (write(fd, &block, 1) != 1)
        lab_fail("a process is gone");
}

static unsigned char hear(int fd)
{
    unsigned char block;
    if (read(fd, &block, 1) != 1)
        _exit(0);
    return block;
}

/* Stores to the first page of each block that it is told. */
static struct peer start_peer(void)
{
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
        lab_fail("pipe");
    pid_t pid = fork();
    if (!pid) {
        close(to[1]);
        close(from[0]);
        for (unsigned char block = hear(to[0]);; block = hear(to[0])) {
            if (block == BLOCKS)
                map();
            else
                lab_store(AT + block * HUGE, 1);
            say(from[1], block);
        }
    }
    close(to[0]);
    close(from[1]);
    return (struct peer){pid, to[1], from[0]};
}

static void tell(const struct peer *peer, unsigned char block)
{
    say(peer->to, block);
    hear(peer->from);
}

static void reserve_pool(const char *pages)
{
    int fd = open("/proc/sys/vm/nr_hugepages", O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, pages, 2) != 2)
        lab_fail("cannot reserve huge pages");
    close(fd);
}

int main(void)
{
    pid_t recorder = lab_recorder();
    struct peer peers[2];
    reserve_pool("12");
    memory = memfd_create("tables", MFD_CLOEXEC | MFD_HUGETLB);
    if (memory < 0 || ftruncate(memory, GIG))
        lab_fail("cannot make a file of hugetlb memory");
    for (int i = 0; i < 2; i++)
        peers[i] = start_peer();
    struct lab *lab = lab_open();
    /* First of all: who has mapped a file first is the first that a hole is punched for. */
    map();
    lab_store(AT, BLOCKS * HUGE_PAGES);
    struct ibv_mr *region = lab_register(lab, AT + HUGE, 4 * HUGE, LAB_RW);
    for (int i = 0; i < 2; i++) {
        tell(&peers[i], BLOCKS);
        tell(&peers[i], 0);
    }
    lab_mark(lab, "shared");
    if (fallocate(memory, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, HOLE * HUGE, HUGE))
        lab_fail("cannot punch a hole");
    lab_mark(lab, "punched");
    lab_store(AT, 1);
    lab_mark(lab, "shared-again");
    tell(&peers[0], HOLE);
    lab_mark(lab, "filled");
    lab_heal(recorder);
    lab_mark(lab, "healed");
    munmap(AT + 4 * HUGE, GIG - 4 * HUGE);
    lab_mark(lab, "cut-off");
    lab_store(AT, 1);
    lab_mark(lab, "alone");
    lab_deregister(lab, region);
    lab_close(lab);
    for (int i = 0; i < 2; i++) {
        kill(peers[i].pid, SIGKILL);
        waitpid(peers[i].pid, NULL, 0);
    }
    reserve_pool("0\n");
    return 0;
}
