/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device reads a region again and again while others register and deregister theirs: where both are seen by kprobes, on
 * 5.10, some accesses come while another kprobe's program runs, and are not seen. The recorder must know how many.
 * Prints "accesses N": how many there were at the least; a packet that is sent again makes more.
 */
#include "../../lab/scenarios/lab.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#define READS 3000
#define CROWD 2
#define PAGES 64

static atomic_bool over;

static void *disturb(void *argument)
{
    struct lab *lab = argument;
    char *va = lab_map(PAGES);
    lab_store(va, PAGES);
    while (!over) {
        struct ibv_mr *mr = lab_try_register(lab, va, PAGES * LAB_PAGE, LAB_RW);
        if (!mr)
            lab_fail("cannot register");
        lab_deregister(lab, mr);
    }
    return NULL;
}

int main(void)
{
    struct lab *lab = lab_open(), *others[CROWD];
    char *va = lab_map(1);
    pthread_t crowd[CROWD];
    lab_store(va, 1);
    struct ibv_mr *mr = lab_register(lab, va, LAB_PAGE, LAB_RW);
    for (int i = 0; i < CROWD; i++) {
        others[i] = lab_open();
        if (pthread_create(&crowd[i], NULL, disturb, others[i]))
            lab_fail("pthread_create");
    }
    for (int i = 0; i < READS; i++)
        lab_device_read(lab, mr, va, LAB_PAGE);
    over = true;
    for (int i = 0; i < CROWD; i++)
        pthread_join(crowd[i], NULL);
    /* One from the region, one into the memory where the answer lands. */
    printf("accesses %d\n", 2 * READS);
    return 0;
}
