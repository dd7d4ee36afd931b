/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `rdma resource show mr` shows: the kernel's own list of memory regions, by RDMA netlink (nldev.c in
 * drivers/infiniband/core). It tells neither address nor pages, needs neither BPF nor tracefs, and is there since 4.17.
 */
#ifndef PINTRAIL_RDMA_NETLINK_H
#define PINTRAIL_RDMA_NETLINK_H

#include "base.h"

struct listed_mr {
	const char *device;
	u32 number;      /* of the kernel's, unique in the device while the region lives */
	u32 lkey, rkey;  /* shown to CAP_NET_ADMIN only */
	u64 length;
	bool keys_known;
	bool user;       /* of a process, not of the kernel */
	u32 tid;         /* the thread that registered it, in the caller's pid namespace; 0: it is gone */
};

/*
 * Names each device that the network namespace of the caller may see, and hands over its regions. Returns 0, or -errno: -ENOENT
 * without RDMA in this kernel (or its modules), which is as good as no regions.
 */
int rdma_netlink_list(void (*name)(void *ctx, const char *device), void (*take)(void *ctx, const struct listed_mr *mr),
		      void *ctx);

#endif
