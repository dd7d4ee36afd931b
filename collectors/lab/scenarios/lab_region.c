/* SPDX-License-Identifier: Apache-2.0 */
/* Opening and closing the lab, and its memory regions. */
#include "lab_state.h"

#include <errno.h>
#include <fcntl.h>
#include <rdma/ib_user_verbs.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct lab *lab_open_bare(void)
{
    struct lab *lab = calloc(1, sizeof *lab);
    if (!lab)
        lab_fail("no memory");
    lab_csv_open(&lab->truth, "truth.csv", LAB_TRUTH_HEADER);
    lab_csv_open(&lab->data, "data.csv", "mark,pid,lkey,va,read\n");
    lab->marker = lab_open_marker();
    if ((lab->pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC)) < 0)
        lab_fail("cannot open /proc/self/pagemap");
    if ((lab->scratch = memfd_create("scratch", MFD_CLOEXEC)) < 0)
        lab_fail("cannot create a memfd");
    return lab;
}

struct lab *lab_open(void)
{
    struct lab *lab = lab_open_bare();
    lab_connect(lab);
    lab->landing = lab_map(LAB_LANDING / LAB_PAGE);
    lab_store(lab->landing, LAB_LANDING / LAB_PAGE);
    lab_register(lab, lab->landing, LAB_LANDING, IBV_ACCESS_LOCAL_WRITE);
    return lab;
}

void lab_close(struct lab *lab)
{
    while (lab->region_count)
        lab_deregister(lab, lab->regions[lab->region_count - 1].mr);
    if (lab->context) {
        lab_disconnect(lab);
        munmap(lab->landing, LAB_LANDING);
    }
    int fds[] = {lab->truth.fd, lab->data.fd, lab->marker, lab->pagemap, lab->scratch};
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        close(fds[i]);
    free(lab);
}

struct ibv_mr *lab_try_register(struct lab *lab, void *va, size_t length, int access)
{
    errno = 0;
    if (lab->region_count == LAB_REGIONS)
        lab_fail("more than %d regions", LAB_REGIONS);
    struct ibv_mr *mr = ibv_reg_mr(lab->pd, va, length, access);
    if (mr)
        lab->regions[lab->region_count++] = (struct lab_region){mr, access};
    return mr;
}

struct ibv_mr *lab_register(struct lab *lab, void *va, size_t length, int access)
{
    struct ibv_mr *mr = lab_try_register(lab, va, length, access);
    if (!mr)
        lab_fail("ibv_reg_mr of %zu bytes at %p, access 0x%x, refused", length, va, access);
    return mr;
}

static struct lab_region *find(struct lab *lab, const struct ibv_mr *mr)
{
    for (int i = 0; i < lab->region_count; i++)
        if (lab->regions[i].mr == mr)
            return &lab->regions[i];
    errno = 0;
    lab_fail("region with lkey 0x%x is not registered", mr->lkey);
}

void lab_deregister(struct lab *lab, struct ibv_mr *mr)
{
    struct lab_region *region = find(lab, mr);
    errno = ibv_dereg_mr(mr);
    if (errno)
        lab_fail("ibv_dereg_mr refused");
    struct lab_region *last = &lab->regions[--lab->region_count];
    for (; region < last; region++)
        region[0] = region[1];
}

/* The rxe provider has no rereg_mr (rdma-core 44), though the driver has from 6.4 on: so the uverbs command itself. */
int lab_reregister_access(struct lab *lab, struct ibv_mr *mr, int access)
{
    struct ib_uverbs_rereg_mr_resp response = {0};
    struct {
        struct ib_uverbs_cmd_hdr header;
        struct ib_uverbs_rereg_mr body;
    } __attribute__((packed)) command = {
        .header = {.command = IB_USER_VERBS_CMD_REREG_MR,
                   .in_words = sizeof command / 4,
                   .out_words = sizeof response / 4},
        .body = {.response = (uintptr_t)&response,
                 .mr_handle = mr->handle,
                 .flags = IBV_REREG_MR_CHANGE_ACCESS,
                 .access_flags = access},
    };
    if (write(lab->context->cmd_fd, &command, sizeof command) != sizeof command)
        return errno;
    find(lab, mr)->access = access;
    mr->lkey = response.lkey;
    mr->rkey = response.rkey;
    return 0;
}
