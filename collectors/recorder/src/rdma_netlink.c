/* SPDX-License-Identifier: Apache-2.0 */
#include "rdma_netlink.h"

#include <errno.h>
#include <linux/netlink.h>
#include <rdma/rdma_netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECEIVE_BYTES 65536
#define MAX_DEVICES 256
#define ANSWER_SECONDS 5

struct device {
	u32 index;
	char name[NAME_BYTES];
};

struct devices {
	struct device device[MAX_DEVICES];
	size_t count;
};

struct listing {
	const char *device;
	void (*take)(void *ctx, const struct listed_mr *mr);
	void *ctx;
};

/* Attributes are at most as many bytes as the message says, whatever their own lengths claim. */
static const struct nlattr *first(const void *from, const void *end)
{
	const struct nlattr *attribute = from;
	size_t left = (const char *)end - (const char *)from;
	if ((const char *)from >= (const char *)end || left < NLA_HDRLEN || attribute->nla_len < NLA_HDRLEN ||
	    attribute->nla_len > left)
		return NULL;
	return attribute;
}

static const struct nlattr *next(const struct nlattr *attribute, const void *end)
{
	return first((const char *)attribute + NLA_ALIGN(attribute->nla_len), end);
}

static const void *data(const struct nlattr *attribute)
{
	return (const char *)attribute + NLA_HDRLEN;
}

static const void *end_of(const struct nlattr *attribute)
{
	return (const char *)attribute + attribute->nla_len;
}

static u16 type(const struct nlattr *attribute)
{
	return attribute->nla_type & NLA_TYPE_MASK;
}

static u64 number(const struct nlattr *attribute)
{
	u64 value = 0;
	size_t bytes = attribute->nla_len - NLA_HDRLEN;
	memcpy(&value, data(attribute), bytes < sizeof value ? bytes : sizeof value);
	return value;
}

static void take_device(const void *from, const void *end, void *ctx)
{
	struct devices *devices = ctx;
	struct device *device = &devices->device[devices->count];
	if (devices->count == MAX_DEVICES)
		return;
	*device = (struct device){};
	for (const struct nlattr *a = first(from, end); a; a = next(a, end)) {
		size_t bytes = a->nla_len - NLA_HDRLEN;
		if (type(a) == RDMA_NLDEV_ATTR_DEV_INDEX)
			device->index = number(a);
		else if (type(a) == RDMA_NLDEV_ATTR_DEV_NAME)
			memcpy(device->name, data(a), bytes < NAME_BYTES ? bytes : NAME_BYTES - 1);
	}
	if (*device->name)
		devices->count++;
}

static void take_entry(const struct nlattr *entry, const struct listing *listing)
{
	struct listed_mr mr = { .device = listing->device, .user = true };
	for (const struct nlattr *a = first(data(entry), end_of(entry)); a; a = next(a, end_of(entry))) {
		switch (type(a)) {
		case RDMA_NLDEV_ATTR_RES_MRN:
			mr.number = number(a);
			break;
		case RDMA_NLDEV_ATTR_RES_LKEY:
			mr.lkey = number(a);
			mr.keys_known = true;
			break;
		case RDMA_NLDEV_ATTR_RES_RKEY:
			mr.rkey = number(a);
			break;
		case RDMA_NLDEV_ATTR_RES_MRLEN:
			mr.length = number(a);
			break;
		case RDMA_NLDEV_ATTR_RES_PID:
			mr.tid = number(a);
			break;
		case RDMA_NLDEV_ATTR_RES_KERN_NAME:
			mr.user = false;
			break;
		}
	}
	listing->take(listing->ctx, &mr);
}

static void take_regions(const void *from, const void *end, void *ctx)
{
	for (const struct nlattr *a = first(from, end); a; a = next(a, end)) {
		if (type(a) != RDMA_NLDEV_ATTR_RES_MR)
			continue;
		for (const struct nlattr *e = first(data(a), end_of(a)); e; e = next(e, end_of(a)))
			if (type(e) == RDMA_NLDEV_ATTR_RES_MR_ENTRY)
				take_entry(e, ctx);
	}
}

/* Whether this is the last message of an answer; *error is set when it is one. */
static bool is_last(const struct nlmsghdr *message, int *error)
{
	if (message->nlmsg_type == NLMSG_ERROR) {
		*error = ((const struct nlmsgerr *)NLMSG_DATA(message))->error;
		return true;
	}
	return message->nlmsg_type == NLMSG_DONE;
}

/* Asks for a list and hands over the attributes of each message of the answer. */
static int ask(int fd, u32 command, const u32 *device, void (*take)(const void *from, const void *end, void *ctx), void *ctx)
{
	static char answer[RECEIVE_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct {
		struct nlmsghdr header;
		struct nlattr attribute;
		u32 index;
	} request = {
		.header = { .nlmsg_len = device ? sizeof request : NLMSG_HDRLEN,
			    .nlmsg_type = RDMA_NL_GET_TYPE(RDMA_NL_NLDEV, command),
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_DUMP },
		.attribute = { .nla_len = NLA_HDRLEN + sizeof(u32), .nla_type = RDMA_NLDEV_ATTR_DEV_INDEX },
		.index = device ? *device : 0,
	};
	if (send(fd, &request, request.header.nlmsg_len, 0) < 0)
		return -errno;
	for (;;) {
		ssize_t got = recv(fd, answer, sizeof answer, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : -EIO;
		u32 left = got;
		for (const struct nlmsghdr *m = (void *)answer; NLMSG_OK(m, left); m = NLMSG_NEXT(m, left)) {
			int error = 0;
			if (is_last(m, &error))
				return error;
			take(NLMSG_DATA(m), (const char *)m + m->nlmsg_len, ctx);
		}
	}
}

int rdma_netlink_list(void (*name)(void *ctx, const char *device), void (*take)(void *ctx, const struct listed_mr *mr),
		      void *ctx)
{
	static struct devices devices;
	const struct timeval patience = { .tv_sec = ANSWER_SECONDS };
	if (access("/sys/class/infiniband", F_OK))
		return -ENOENT; /* opening the socket would load ib_core */
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_RDMA);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	devices.count = 0;
	int error = ask(fd, RDMA_NLDEV_CMD_GET, NULL, take_device, &devices);
	for (size_t i = 0; !error && i < devices.count; i++) {
		struct listing listing = { devices.device[i].name, take, ctx };
		name(ctx, listing.device);
		int gone = ask(fd, RDMA_NLDEV_CMD_RES_MR_GET, &devices.device[i].index, take_regions, &listing);
		/* A device may go while it is asked. */
		error = gone == -EINVAL ? 0 : gone;
	}
	close(fd);
	return error;
}
