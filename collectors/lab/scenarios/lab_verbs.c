/* SPDX-License-Identifier: Apache-2.0 */
/* The device, two RC queue pairs in loopback, and RDMA READ and WRITE through them. */
#include "lab_state.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PORT 1
/* Software emulation is slow, but a transfer that takes this long has been lost. */
#define TRANSFER_SECONDS 30

static struct ibv_context *open_device(void)
{
    int count = 0;
    struct ibv_device **devices = ibv_get_device_list(&count);
    if (!devices || !count)
        lab_fail("no RDMA device (is rdma_rxe loaded and a link added?)");
    struct ibv_context *context = ibv_open_device(devices[0]);
    if (!context)
        lab_fail("cannot open RDMA device %s", ibv_get_device_name(devices[0]));
    ibv_free_device_list(devices);
    return context;
}

/* RoCE v2 over IPv4 shows as ::ffff:a.b.c.d; the first entry is a link-local address of the netdev's MAC. */
static void find_gid(struct lab *lab)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    struct ibv_port_attr port;
    if (ibv_query_port(lab->context, PORT, &port))
        lab_fail("cannot query port %d", PORT);
    for (lab->gid_index = 0; lab->gid_index < port.gid_tbl_len; lab->gid_index++)
        if (!ibv_query_gid(lab->context, PORT, lab->gid_index, &lab->gid) && !memcmp(lab->gid.raw, mapped, sizeof mapped))
            return;
    errno = 0;
    lab_fail("port %d has no IPv4 GID", PORT);
}

static struct ibv_qp *create_queue_pair(struct lab *lab)
{
    struct ibv_qp_init_attr init = {
        .send_cq = lab->cq,
        .recv_cq = lab->cq,
        .cap = {.max_send_wr = 4, .max_recv_wr = 4, .max_send_sge = 1, .max_recv_sge = 1},
        .qp_type = IBV_QPT_RC,
    };
    struct ibv_qp *qp = ibv_create_qp(lab->pd, &init);
    if (!qp)
        lab_fail("cannot create a queue pair");
    return qp;
}

static void modify(struct ibv_qp *qp, struct ibv_qp_attr attr, int mask)
{
    errno = ibv_modify_qp(qp, &attr, mask | IBV_QP_STATE);
    if (errno)
        lab_fail("cannot bring queue pair %u to state %d", qp->qp_num, attr.qp_state);
}

static void ready(struct lab *lab, struct ibv_qp *qp, const struct ibv_qp *peer)
{
    modify(qp,
           (struct ibv_qp_attr){.qp_state = IBV_QPS_INIT,
                                .port_num = PORT,
                                .qp_access_flags = IBV_ACCESS_REMOTE_READ | IBV_ACCESS_REMOTE_WRITE},
           IBV_QP_PKEY_INDEX | IBV_QP_PORT | IBV_QP_ACCESS_FLAGS);
    modify(qp,
           (struct ibv_qp_attr){.qp_state = IBV_QPS_RTR,
                                .path_mtu = IBV_MTU_4096,
                                .dest_qp_num = peer->qp_num,
                                .max_dest_rd_atomic = 1,
                                .min_rnr_timer = 12,
                                .ah_attr = {.is_global = 1,
                                            .port_num = PORT,
                                            .grh = {.dgid = lab->gid, .sgid_index = lab->gid_index, .hop_limit = 1}}},
           IBV_QP_AV | IBV_QP_PATH_MTU | IBV_QP_DEST_QPN | IBV_QP_RQ_PSN | IBV_QP_MAX_DEST_RD_ATOMIC |
               IBV_QP_MIN_RNR_TIMER);
    modify(qp,
           (struct ibv_qp_attr){
               .qp_state = IBV_QPS_RTS, .timeout = 18, .retry_cnt = 7, .rnr_retry = 7, .max_rd_atomic = 1},
           IBV_QP_TIMEOUT | IBV_QP_RETRY_CNT | IBV_QP_RNR_RETRY | IBV_QP_SQ_PSN | IBV_QP_MAX_QP_RD_ATOMIC);
}

void lab_connect(struct lab *lab)
{
    lab->context = open_device();
    find_gid(lab);
    if (!(lab->pd = ibv_alloc_pd(lab->context)) || !(lab->cq = ibv_create_cq(lab->context, 16, NULL, NULL, 0)))
        lab_fail("cannot allocate a protection domain and a completion queue");
    lab->reader = create_queue_pair(lab);
    lab->target = create_queue_pair(lab);
    ready(lab, lab->reader, lab->target);
    ready(lab, lab->target, lab->reader);
}

void lab_disconnect(struct lab *lab)
{
    ibv_destroy_qp(lab->reader);
    ibv_destroy_qp(lab->target);
    ibv_destroy_cq(lab->cq);
    ibv_dealloc_pd(lab->pd);
    ibv_close_device(lab->context);
}

static void transfer(struct lab *lab, enum ibv_wr_opcode opcode, struct ibv_mr *mr, const void *va, size_t length)
{
    struct ibv_sge landing = {(uintptr_t)lab->landing, length, lab->regions[0].mr->lkey};
    struct ibv_send_wr wr = {.sg_list = &landing,
                             .num_sge = 1,
                             .opcode = opcode,
                             .send_flags = IBV_SEND_SIGNALED,
                             .wr.rdma = {.remote_addr = (uintptr_t)va, .rkey = mr->rkey}};
    struct ibv_send_wr *bad;
    errno = ibv_post_send(lab->reader, &wr, &bad);
    if (errno)
        lab_fail("cannot post an RDMA transfer");

    struct ibv_wc wc;
    int done;
    time_t deadline = time(NULL) + TRANSFER_SECONDS;
    while (!(done = ibv_poll_cq(lab->cq, 1, &wc)) && time(NULL) < deadline)
        sched_yield();
    errno = 0;
    if (done != 1)
        lab_fail("RDMA transfer did not complete");
    if (wc.status != IBV_WC_SUCCESS)
        lab_fail("RDMA transfer at %p failed: %s", va, ibv_wc_status_str(wc.status));
}

const char *lab_device_read(struct lab *lab, struct ibv_mr *mr, const void *va, size_t length)
{
    transfer(lab, IBV_WR_RDMA_READ, mr, va, length);
    return lab->landing;
}

void lab_device_write(struct lab *lab, struct ibv_mr *mr, void *va, const void *from, size_t length)
{
    memcpy(lab->landing, from, length);
    transfer(lab, IBV_WR_RDMA_WRITE, mr, va, length);
}
