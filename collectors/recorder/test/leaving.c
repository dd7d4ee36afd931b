/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A region is in the kernel's list until the end of its deregistration. One that the recorder saw coming is not told of a
 * second time, as older than the recording, because the list was asked for in that moment. Runs on the host, without BPF:
 * the records are handled in the order that hits the moment, which a guest takes thousands of registrations to find.
 */
#include "../src/recorder.h"

#include <stdio.h>
#include <string.h>

#define MM 0xffff888000001000
#define MR 0xffff888000002000
#define UMEM 0xffff888000003000
#define START 0x7f0000000000
#define LENGTH 0x4000

static struct recorder r;
static u64 now;

static struct record head(u32 kind)
{
	return (struct record){ .kind = kind, .time = ++now, .pid = 7, .tid = 7, .mm = MM };
}

static void region(u32 kind, u64 mr)
{
	struct region_record record = { .head = head(kind), .region = 1, .mr = mr, .start = START, .length = LENGTH,
					.lkey = 3, .rkey = 4, .comm = "leaving" };
	handle_record(&r, &record.head);
}

static void umem(u32 kind, u64 pointer)
{
	struct umem_record record = { .head = head(kind), .umem = 2, .region = 1, .pointer = pointer, .start = START,
				      .length = LENGTH, .comm = "leaving" };
	handle_record(&r, &record.head);
}

static void listed(void)
{
	struct found_record record = { .head = head(RECORD_FOUND), .mr = MR, .umem = UMEM, .owner = 7, .mm_users = 1 };
	handle_record(&r, &record.head);
}

static int failed;

static void check(const char *what, bool expected)
{
	bool found = r.found.pending;
	printf("%s %s\n", found == expected ? "ok  " : "FAIL", what);
	failed |= found != expected;
}

static int nowhere(void *ctx, const void *bytes, size_t count)
{
	(void)ctx, (void)bytes, (void)count;
	return 0;
}

int main(void)
{
	struct ptl_identity identity = {};
	r.out = ptl_open(&identity, nowhere, NULL);
	r.dereg_end_is_seen = true;
	found_begin(&r.found);

	region(RECORD_REGISTER_BEGIN, 0);
	umem(RECORD_UMEM_BEGIN, 0);
	umem(RECORD_UMEM_END, UMEM);
	region(RECORD_REGISTER_END, MR);
	listed();
	check("a region that was seen coming is not found", false);

	region(RECORD_DEREGISTER_BEGIN, MR);
	listed();
	check("nor while it is being deregistered", false);
	umem(RECORD_UMEM_RELEASE, UMEM);
	listed();
	check("nor when its umem has been released", false);
	region(RECORD_DEREGISTER_END, MR);
	listed();
	check("nor behind its end, where the list was asked for before", false);

	now++;
	struct found_record other = { .head = head(RECORD_FOUND), .mr = MR + 64, .umem = UMEM + 64, .owner = 7, .mm_users = 1 };
	handle_record(&r, &other.head);
	check("another one is", true);
	return failed;
}
