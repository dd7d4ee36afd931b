/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The example of 2012, word for word: "buf = malloc(16 * 4096)", ibv_reg_mr(IBV_ACCESS_REMOTE_READ), "buf[0] = 2012", with 64
 * pages (linux-mm, <CAL1RGDWZ2LYO7ejPs9FvDzqze43cbfUEEdQVB=Ug2n3JpEe=AQ@mail.gmail.com>).
 * Expected: every RDMA READ gives what was stored. Under the policy that was proposed then, --gup-policy proposal, one zero
 * page is pinned 64 times, and every RDMA READ returns zeros.
 */
#include "lab.h"

#include <string.h>

#define PAGES 64

int main(void)
{
    static const char zeros[LAB_PAGE];
    struct lab *lab = lab_open();
    char *buffer = lab_map(PAGES);
    struct ibv_mr *mr = lab_register(lab, buffer, PAGES * LAB_PAGE, LAB_RO);
    lab_mark(lab, "registered");
    for (int i = 0; i < PAGES; i++)
        *(int *)(buffer + i * LAB_PAGE) = 2012 + i;
    lab_mark(lab, "stored");
    int of_zeros = 0, as_stored = 0;
    for (int i = 0; i < PAGES; i++) {
        const char *read = lab_device_read(lab, mr, buffer + i * LAB_PAGE, LAB_PAGE);
        of_zeros += !memcmp(read, zeros, LAB_PAGE);
        as_stored += !memcmp(read, buffer + i * LAB_PAGE, LAB_PAGE);
    }
    lab_say("of %d RDMA READs %d returned what was stored, %d returned zeros", PAGES, as_stored, of_zeros);
    lab_mark_and_compare(lab, "read");
    lab_close(lab);
    return 0;
}
