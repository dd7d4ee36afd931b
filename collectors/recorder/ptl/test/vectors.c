/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the test vectors that C and Java must agree on: every event kind, with values at the ends of their ranges.
 * `vectors events` and `vectors batches` write a .ptl to standard output; the committed ones, with their JSON lines, are
 * in collectors/src/test/resources/vectors.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../ptl_writer.h"

#define TIME_MAX 0x7fffffffffffffffull
#define U64_MAX 0xffffffffffffffffull
#define U32_MAX 0xffffffffu
#define INT_MIN32 (-0x7fffffff - 1)
#define PAGE_MAX (U64_MAX >> 12)

static int to_stdout(void *ctx, const void *bytes, size_t n)
{
	(void)ctx;
	for (const char *p = bytes; n;) {
		ssize_t done = write(1, p, n);

		if (done < 0)
			return -errno;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

static void about_host(struct ptl_writer *w, const char *long_text)
{
	struct ptl_host host = {
		.hostname = "h\xc3\xb6st", .kernel = "6.12.107+deb13-amd64", .machine = "x86_64", .backend = "ebpf",
		.scope = 255, .version = "", .page_shift = 12, .zero_pfn = 0x7fffffffffffffffull,
		.huge_zero_pfn = 0, .vmemmap_base = 0xffffea0000000000ull, .struct_page_bytes = 64, .cpus = U32_MAX,
	};
	struct ptl_host empty = { 0 };

	ptl_host(w, 1000, 0, 0, &host);
	ptl_host(w, 1000, 1, 1, &empty);
	ptl_clock(w, 999, 1, 1, 1763791200000000000ll);
	ptl_clock(w, 0, 1, 1, (-0x7fffffffffffffffll - 1));
	ptl_clock(w, TIME_MAX, 0x7fffffff, INT_MIN32, 0x7fffffffffffffffll);
	ptl_probe(w, 5, INT_MIN32, 0x7fffffff, "fault", "handle_mm_fault", 1, "");
	ptl_probe(w, 5, -1, 0, "", "", 0, "not in this kernel: \"quoted\"\n\t\\");
	ptl_lost(w, 6, 0, 0, 0, 1, 0);
	ptl_lost(w, 7, 0, 0, U32_MAX, 0xffffffffull, U64_MAX);
	ptl_mark(w, 8, 42, 43, "");
	ptl_mark(w, 8, 42, 43, long_text);
	ptl_mark(w, 9, 42, 42, "\xe2\x82\xac \xf0\x9f\x93\x8c pinned");
	ptl_snapshot_begin(w, 10, 1, 1, 3);
	ptl_snapshot_end(w, 10, 1, 1);
}

static void about_processes(struct ptl_writer *w)
{
	ptl_space(w, 20, 7, 7, 1, "rdma-app");
	ptl_exec(w, 21, 7, 8, U32_MAX, "a.out", "/usr/bin/a.out");
	ptl_fork(w, 22, 7, 7, 8, 9, 2);
	ptl_fork(w, 22, 7, 7, U32_MAX, 0, 0);
	ptl_exit(w, 23, 8, 9, 0, -9);
	ptl_exit(w, 23, 8, 8, 1, INT_MIN32);
	ptl_space_end(w, 24, 8, 8, 2, 0);
	ptl_space_end(w, 24, 8, 8, U32_MAX, U64_MAX);
	ptl_thread(w, 25, 7, 10, "worker/0");
}

static void about_regions(struct ptl_writer *w)
{
	ptl_register_begin(w, 30, 7, 7, 1, 1, 1, "rxe0", 0x7f0000001800ull, 0x10000, 0x7f0000001800ull, 5);
	ptl_register_begin(w, 30, 7, 7, 2, 1, PTL_METHOD_VFIO | PTL_METHOD_NO_ADDRESS | PTL_METHOD_FOUND, "vfio", 0,
			   4096, 0, 1);
	ptl_register_begin(w, 30, 7, 7, U64_MAX, U32_MAX, U32_MAX, "", U64_MAX, U64_MAX, U64_MAX, U32_MAX);
	ptl_register_end(w, 31, 7, 7, 1, 0, 0x1a2b, 0xffffffff);
	ptl_register_end(w, 31, 7, 7, U64_MAX, -14, 0, 0);
	ptl_reregister_begin(w, 32, 7, 7, 1, 4, 0, 0, 0, 7);
	ptl_reregister_end(w, 33, 7, 7, 1, INT_MIN32, 0x80000000, 1);
	ptl_deregister(w, 34, 7, 7, 1, 0);
	ptl_umem_begin(w, 35, 7, 7, 1, 0, 1, 0x1000, 4096, 1);
	ptl_umem_end(w, 36, 7, 7, 1, -12);
	ptl_umem_release(w, 37, 7, 7, U64_MAX);
	ptl_access(w, 38, 0, 0, 1, 0x7f0000001800ull, 4096, 1);
	ptl_access(w, 38, 0, 0, U64_MAX, U64_MAX, U64_MAX, 255);
	ptl_access_lost(w, 39, 0, 0, 1, 0);
	ptl_access_lost(w, 39, 0, 0, U64_MAX, U64_MAX);
}

static void about_calls(struct ptl_writer *w)
{
	const uint64_t arguments[6] = { 0, 1, 127, 128, U64_MAX, 0x7f0000000000ull };
	const struct ptl_frame_info inner = {
		.stack = 1, .frames = 2, .address = 0x7f00001234f1ull, .module = "libucs.so.0", .build_id = "0123abcdef",
		.module_offset = 0x234f1, .symbol = "ucm_munmap", .symbol_offset = 0x41,
	};
	const struct ptl_frame_info greatest = {
		.stack = U64_MAX, .index = U32_MAX, .frames = U32_MAX, .address = U64_MAX, .module_offset = U64_MAX,
		.symbol = "opera\xc3\xa7\xc3\xa3o", .symbol_offset = U64_MAX,
	};

	ptl_frame(w, 46, 7, 7, &inner);
	ptl_frame(w, 46, 7, 7, &greatest);
	ptl_call(w, 47, 7, 7, 9, 28, arguments, 0, 0);
	ptl_call(w, 47, 7, 7, U64_MAX, U32_MAX, arguments, U64_MAX, 1);
}

static void about_areas(struct ptl_writer *w)
{
	const struct ptl_area_info file = { 1, 0x7f0000001ull, 16, 0x75, PTL_FILE, PTL_TELLS_WRITES, "ext4" };
	const struct ptl_area_info greatest = { U64_MAX, PAGE_MAX, U64_MAX, U64_MAX, 255, 255, "" };

	ptl_area(w, 49, 7, 7, &file);
	ptl_area(w, 49, 7, 7, &greatest);
	ptl_before_runs(w, 49, 7, 7, 1, PTL_WRITABLE | PTL_EXCLUSIVE, 0x7f0000001ull);
	ptl_run(w, 16, PTL_CONSECUTIVE, 100, 1);
	ptl_end_runs(w);
	ptl_before_runs(w, 49, 7, 7, U64_MAX, 255, PAGE_MAX);
	ptl_run(w, 1, PTL_NONE, 0, 0);
	ptl_end_runs(w);
}

static void about_memory(struct ptl_writer *w)
{
	ptl_pin_begin(w, 40, 7, 7, 1, 1, 1, 1, 1, 0x7f0000001ull, 16, 13, 0x10003);
	ptl_pin_begin(w, 40, 7, 7, U64_MAX, U64_MAX, U32_MAX, 255, 255, PAGE_MAX, U64_MAX, U32_MAX, U32_MAX);
	ptl_pin_end(w, 41, 7, 7, 1, 16);
	ptl_pin_end(w, 41, 7, 7, 2, (-0x7fffffffffffffffll - 1));
	ptl_fault(w, 42, 7, 7, 1, 0x7f0000001ull, 0x400, 1, 0, 1500);
	ptl_fault(w, 42, 7, 7, U32_MAX, PAGE_MAX, U32_MAX, U64_MAX, U32_MAX, U64_MAX);
	ptl_unmap(w, 43, 7, 7, 1, 2, 3, 9, 0x7f0000001ull, 512);
	ptl_move(w, 44, 7, 7, 1, 9, 0x7f0000001ull, 0, PAGE_MAX);
	ptl_protect(w, 45, 7, 7, 1, 0, 1, 1, 1ull << 63 | 7);
	ptl_fork_copy(w, 46, 7, 7, 1, 2, 0, U64_MAX, 0);
	ptl_fork_copy(w, 46, 7, 7, 1, 2, PAGE_MAX, 1, 128);
	about_calls(w);
	ptl_doubt(w, 48, 7, 7, 1, 0x7f0000001ull, 512);
	ptl_doubt(w, 48, 7, 7, U32_MAX, PAGE_MAX, U64_MAX);
	about_areas(w);
}

static void about_runs(struct ptl_writer *w)
{
	ptl_map_runs(w, 50, 7, 7, 1, 2, 9, 0x7f0000001ull);
	ptl_run(w, 1, PTL_CONSECUTIVE, 100, 1);
	ptl_run(w, 1, PTL_CONSECUTIVE, 101, 1); /* joins */
	ptl_run(w, 2, PTL_CONSECUTIVE, 102, 1); /* joins */
	ptl_run(w, 1, PTL_CONSECUTIVE, 104, 5); /* another kind */
	ptl_run(w, 3, PTL_NONE, 0, 0);
	ptl_run(w, 1, PTL_NONE, 0, 0); /* joins */
	ptl_run(w, 1, PTL_NOT_PRESENT, 0, 0);
	ptl_run(w, 1, PTL_SAME, 7, 2);
	ptl_run(w, 1, PTL_CONSECUTIVE, 7, 2); /* joins: same */
	ptl_run(w, 500, PTL_SAME, 7, 2);      /* joins */
	ptl_run(w, 1, PTL_SAME, 8, 2);
	ptl_run(w, 0x3fffffffffffffffull, PTL_CONSECUTIVE, 0x7fffffffffffffffull, 255);
	ptl_end_runs(w);
	ptl_map_runs(w, 50, 7, 7, 1, 2, 9, 0); /* nothing to say: not written */
	ptl_end_runs(w);
	ptl_pin_pages_runs(w, 51, 7, 7, 1, 0x7f0000001ull);
	ptl_run(w, 512, PTL_CONSECUTIVE, 0x100000, 7);
	ptl_end_runs(w);
	ptl_unpin_runs(w, 52, 7, 7);
	ptl_run(w, 1, PTL_CONSECUTIVE, 5, 1);
	ptl_run(w, 1, PTL_CONSECUTIVE, 9, 1);
	ptl_end_runs(w);
	ptl_snapshot_runs(w, 53, 7, 7, U32_MAX, PAGE_MAX);
	ptl_run(w, 1, PTL_NOT_PRESENT, 0, 0);
	ptl_end_runs(w);
}

static int events(struct ptl_writer *w)
{
	static char long_text[5000];

	memset(long_text, 'x', 4094);
	memcpy(long_text + 4094, "\xe2\x82\xac!", 5); /* the cut comes before the euro sign, not in it */
	about_host(w, long_text);
	ptl_flush(w);
	ptl_flush(w); /* nothing gathered: nothing written */
	about_processes(w);
	about_regions(w);
	ptl_flush(w);
	about_memory(w);
	about_runs(w);
	return ptl_finish(w);
}

/* Runs that split an event at 32 KiB, events that fill batches, and a last batch that has nothing to say. */
static int batches(struct ptl_writer *w)
{
	ptl_map_runs(w, 100, 1, 1, 1, 0, 0, 1000);
	for (uint64_t i = 0; i < 30000; i++)
		ptl_run(w, 1, PTL_CONSECUTIVE, i * 7919 % 100003 * 64, (uint8_t)(i % 11));
	ptl_end_runs(w);
	for (uint64_t i = 0; i < 20000; i++)
		ptl_fault(w, 1000000 + i * 977 % 4001, (int32_t)(i % 3), (int32_t)(i % 5), 1, i * i, (uint32_t)i, 0, 0, i);
	ptl_flush(w);
	return ptl_finish(w);
}

int main(int argc, char **argv)
{
	const struct ptl_identity identity = {
		.host_id = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255 },
		.boot_id = { 255, 254, 253 },
		.recording_id = 0xfedcba9876543210ull,
	};
	struct ptl_writer *w = ptl_open(&identity, to_stdout, NULL);
	int error = -EINVAL;

	if (!w)
		return 1;
	ptl_file_header(w);
	if (argc == 2 && !strcmp(argv[1], "events"))
		error = events(w);
	else if (argc == 2 && !strcmp(argv[1], "batches"))
		error = batches(w);
	ptl_free(w);
	if (error)
		fprintf(stderr, "vectors: %s\n", strerror(-error));
	return error ? 1 : 0;
}
