/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only the kernel's list of regions tells of: where the probe for it is missing, or its records were lost; and, after
 * a loss, which regions it has no more.
 *
 * The list and the probes' records have no common clock. A region that two answers in a row have, and that was known
 * neither when all records up to the first had been handled nor when all up to the second had been, was there before.
 */
#include "recorder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

u32 process_of(u32 tid, char comm[16])
{
	char path[64];
	unsigned pid = 0;
	snprintf(path, sizeof path, "/proc/%u/status", tid);
	char *status = tid ? read_text(path) : NULL;
	const char *tgid = status ? strstr(status, "\nTgid:") : NULL;
	*comm = 0;
	if (tgid && sscanf(tgid, "\nTgid: %u", &pid) == 1) {
		snprintf(path, sizeof path, "/proc/%u/comm", pid);
		char *name = read_text(path);
		snprintf(comm, 16, "%.*s", name ? (int)strcspn(name, "\n") : 0, name ? name : "");
		free(name);
	}
	free(status);
	return pid ? pid : tid;
}

struct asking {
	struct recorder *r;
	struct listing *answer;
	void (*drain)(void *ctx);
	void *ctx;
};

#define DRAIN_EACH 256

static void take(void *ctx, const struct listed_mr *mr)
{
	struct asking *asking = ctx;
	struct listing *answer = asking->answer;
	if (!mr->user)
		return;
	if (answer->count == answer->room) {
		answer->room = answer->room ? answer->room * 2 : 64;
		answer->regions = need_more(answer->regions, answer->room * sizeof *answer->regions);
	}
	struct listed *listed = &answer->regions[answer->count++];
	*listed = (struct listed){ .mr = *mr };
	snprintf(listed->device, sizeof listed->device, "%s", mr->device);
	listed->mr.device = NULL;
	if (answer->count % DRAIN_EACH == 0)
		asking->drain(asking->ctx);
}

void found_expect(struct recorder *r, const char *device)
{
	const struct table *regions = &r->regions.by_keys;
	for (size_t i = 0; regions->slots && i <= regions->mask; i++) {
		struct region *region = regions->slots[i].value;
		if (region && !strcmp(region->device, device))
			region->expected = r->found.asked;
	}
}

static void expect(void *ctx, const char *device)
{
	struct asking *asking = ctx;
	found_expect(asking->r, device);
}

void found_ask(struct recorder *r, void (*drain)(void *ctx), void *ctx)
{
	struct found *found = &r->found;
	struct asking asking = { r, &found->now, drain, ctx };
	struct listing before = found->before;
	found->before = found->now;
	found->now = before;
	found->now.count = 0;
	found->asked++;
	int error = rdma_netlink_list(expect, take, &asking);
	found->now.complete = !error;
	if (error && error != -ENOENT)
		warn("the kernel does not list its memory regions (%s): those registered before now are not recorded",
		     strerror(-error));
}

static bool same(const struct listed *a, const struct listed *b)
{
	return a->mr.number == b->mr.number && a->mr.lkey == b->mr.lkey && a->mr.rkey == b->mr.rkey &&
	       a->mr.length == b->mr.length && !strcmp(a->device, b->device);
}

static bool was_unknown(const struct listing *before, const struct listed *listed)
{
	for (size_t i = 0; i < before->count; i++)
		if (before->regions[i].unknown && same(&before->regions[i], listed))
			return true;
	return false;
}

static void write_region(struct recorder *r, const struct listed *listed, u64 time)
{
	char comm[16];
	const struct listed_mr *mr = &listed->mr;
	u32 pid = process_of(mr->tid, comm);
	struct region *region = regions_found(&r->regions, 0, NULL);
	region->length = mr->length;
	regions_have_keys(&r->regions, region, strdup(listed->device), mr->lkey, mr->rkey);
	if (*comm)
		ptl_thread(r->out, time, pid, pid, comm);
	ptl_register_begin(r->out, time, pid, pid, region->id, 0, METHOD_VERB | METHOD_NO_ADDRESS | METHOD_FOUND,
			   listed->device, 0, mr->length, 0, 0);
	ptl_register_end(r->out, time, pid, pid, region->id, 0, mr->lkey, mr->rkey);
}

/* Its end was lost. */
static void write_end(struct recorder *r, struct region *region, u64 time)
{
	const struct table *umems = &r->regions.umem_by_kernel_id;
	const struct record head = { .time = time };
	ptl_deregister(r->out, time, 0, 0, region->id, 0);
	for (size_t i = 0; region->umems && umems->slots && i <= umems->mask;) {
		struct umem *umem = umems->slots[i].value;
		if (umem && umem->region == region)
			umem_ended(r, umem, &head); /* another one may have moved to this slot */
		else
			i++;
	}
	regions_forget(&r->regions, region);
}

/* Whether two answers in a row should have had it and did not: the first may have come while it was being registered. */
static bool is_gone(const struct recorder *r, struct region *region)
{
	u64 asked = r->found.asked;
	if (!region || region->expected != asked)
		return false;
	bool missed_before = region->missed == asked - 1;
	if (region->listed != asked)
		region->missed = asked;
	return region->missed == asked && missed_before;
}

static void end_those_gone(struct recorder *r, u64 time)
{
	const struct table *regions = &r->regions.by_keys;
	for (size_t i = 0; regions->slots && i <= regions->mask;)
		if (is_gone(r, regions->slots[i].value))
			write_end(r, regions->slots[i].value, time);
		else
			i++;
}

void found_compare(struct recorder *r, u64 time)
{
	struct found *found = &r->found;
	bool records_missing = !found->probed || found->records_lost;
	bool keys_known = true;
	for (size_t i = 0; i < found->now.count; i++) {
		struct listed *listed = &found->now.regions[i];
		struct region *region =
			regions_by_keys(&r->regions, listed->device, listed->mr.lkey, listed->mr.rkey, listed->mr.length);
		keys_known &= listed->mr.keys_known;
		listed->unknown = !region;
		if (region)
			region->listed = found->asked;
		else if (!found->again && records_missing && was_unknown(&found->before, listed))
			write_region(r, listed, time);
	}
	if (found->again && found->now.complete && keys_known)
		end_those_gone(r, time);
}
