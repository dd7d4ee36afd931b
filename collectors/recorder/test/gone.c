/* SPDX-License-Identifier: Apache-2.0 */
/*
 * After a loss the kernel's list says which regions are gone: those that two answers in a row should have had and did not.
 * Runs on the host: the answers are made up, what is done about them is not.
 */
#include "../src/recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MR(key) (0xffff888000002000 + (key) * 512)

static struct recorder r;
static u64 now;
static int failed;

static struct record head(u32 kind)
{
	return (struct record){ .kind = kind, .time = ++now, .pid = 7, .tid = 7, .mm = 0xffff888000001000 };
}

static void handle(const void *record)
{
	handle_record(&r, record);
}

static void registered(u32 key)
{
	struct region_record region = { .head = head(RECORD_REGISTER_BEGIN), .region = key, .start = key << 16, .length = 4096 };
	struct umem_record umem = { .head = head(RECORD_UMEM_BEGIN), .umem = key, .region = key, .start = key << 16, .length = 4096 };
	handle(&region);
	handle(&umem);
	umem.head = head(RECORD_UMEM_END);
	umem.pointer = MR(key) + 256;
	handle(&umem);
	region.head = head(RECORD_REGISTER_END);
	region.mr = MR(key);
	region.lkey = region.rkey = key;
	handle(&region);
}

static void answer(const u32 *keys, size_t count)
{
	struct listed regions[8];
	r.found.asked++;
	found_expect(&r, "");
	for (size_t i = 0; i < count; i++)
		regions[i] = (struct listed){ .mr = { .lkey = keys[i], .rkey = keys[i], .length = 4096, .keys_known = true } };
	r.found.now = (struct listing){ regions, count, 8, true };
	found_compare(&r, ++now);
}

static void check(const char *what, u32 key, bool expected)
{
	bool there = regions_by_mr(&r.regions, MR(key)) && umems_opened(&r.regions, key);
	printf("%s %s\n", there == expected ? "ok  " : "FAIL", what);
	failed |= there != expected;
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
	for (u32 key = 1; key <= 3; key++)
		registered(key);
	answer((u32[]){ 1 }, 1);
	answer((u32[]){ 1 }, 1);
	check("without a loss nothing is ended", 2, true);

	found_begin(&r.found);
	r.found.walking = false;
	found_again(&r.found);
	answer((u32[]){ 1, 3 }, 2);
	check("one answer without it is not enough", 2, true);
	answer((u32[]){ 1 }, 1);
	check("two are", 2, false);
	check("in a row", 3, true);
	answer((u32[]){ 1, 3 }, 2);
	answer((u32[]){ 1 }, 1);
	check("which it says again", 3, true);
	check("what is there stays", 1, true);
	registered(2);
	check("the same keys can come again", 2, true);
	return failed;
}
