/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What good programs do: a long-lived region that the device writes and reads and the CPU stores to, others that come
 * and go, memory freed only after its region, heap churn and short-lived children beside it.
 * Expected: no stale page on any kernel, no finding.
 */
#include "lab.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES 16
#define ROUNDS 20

static void churn_heap(void)
{
    for (int i = 1; i <= 8; i++) {
        char *block = malloc(i * 50000);
        if (!block)
            lab_fail("malloc");
        memset(block, i, i * 50000);
        free(block);
    }
}

static void spawn_child(void)
{
    pid_t child = fork();
    if (child < 0)
        lab_fail("fork");
    if (!child)
        _exit(0);
    if (waitpid(child, NULL, 0) != child)
        lab_fail("waitpid");
}

static void short_lived(struct lab *lab, int round)
{
    char *memory = lab_map(4);
    lab_store(memory, 4);
    struct ibv_mr *mr = lab_register(lab, memory, 4 * LAB_PAGE, round % 2 ? LAB_RO : LAB_RW);
    lab_mark_and_compare(lab, "round-%d-two-regions", round);
    lab_deregister(lab, mr);
    munmap(memory, 4 * LAB_PAGE);
}

int main(void)
{
    struct lab *lab = lab_open();
    char *buffer = lab_map(PAGES);
    lab_store(buffer, PAGES);
    struct ibv_mr *mr = lab_register(lab, buffer, PAGES * LAB_PAGE, LAB_RW);
    lab_mark_and_compare(lab, "registered");
    for (int round = 1; round <= ROUNDS; round++) {
        char message[1000];
        memset(message, round, sizeof message);
        char *to = buffer + (round % PAGES) * LAB_PAGE + round;
        lab_device_write(lab, mr, to, message, sizeof message);
        if (memcmp(to, message, sizeof message))
            lab_fail("round %d: the CPU does not see what the device wrote", round);
        lab_store(buffer + (round + 5) % PAGES * LAB_PAGE, 1);
        churn_heap();
        if (round % 5 == 0)
            spawn_child();
        short_lived(lab, round);
        lab_mark_and_compare(lab, "round-%d", round);
    }
    lab_say("%d rounds done", ROUNDS);
    lab_close(lab);
    return 0;
}
