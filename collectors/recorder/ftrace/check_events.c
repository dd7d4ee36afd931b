/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "ask.h"
#include "probes.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGES 2
#define MOST_NUMBERS 4
#define FRAME ((1ULL << 55) - 1)

/* An event that the recorder causes, and the numbers that it must tell. */
struct expected {
	const char *event;
	u64 number[MOST_NUMBERS]; /* 0: none */
	bool told;
};

struct check {
	struct ftrace *f;
	const struct page_sink *sink;
	struct expected *expected;
	size_t count;
};

static bool tells(const struct ftrace_event *e, u64 number)
{
	for (u32 i = 0; i < e->values; i++)
		if (e->value[i] == number || (e->value[i] & ~(PAGE_BYTES - 1)) == number)
			return true;
	return false;
}

static void take(void *ctx, const struct raw_event *raw)
{
	static struct ftrace_event event;
	struct check *check = ctx;
	u16 id;
	u32 tid;
	check->sink->event(check->sink->ctx, raw);
	memcpy(&id, raw->data, sizeof id);
	memcpy(&tid, raw->data + 4, sizeof tid);
	const struct ftrace_probe *probe = check->f->by_id[id];
	if (!probe || tid != check->f->own_pid)
		return;
	event.raw = raw->data;
	event.bytes = raw->bytes;
	probes_decode(probe, &event);
	for (size_t i = 0; i < check->count; i++) {
		struct expected *expected = &check->expected[i];
		bool all = !strcmp(expected->event, probe->row->event);
		for (int n = 0; all && n < MOST_NUMBERS; n++)
			all = !expected->number[n] || tells(&event, expected->number[n]);
		expected->told |= all;
	}
}

static void take_loss(void *ctx, u32 cpu, u64 count, u64 since, u64 until)
{
	struct check *check = ctx;
	check->sink->lost(check->sink->ctx, cpu, count, since, until);
}

/* The address of the struct page that is mapped there, 0 if none is. */
static u64 page_at(const struct recorder *r, const void *address)
{
	u64 entry = 0;
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (pread(pagemap, &entry, sizeof entry, (uintptr_t)address / PAGE_BYTES * sizeof entry) != sizeof entry)
		entry = 0;
	close(pagemap);
	return entry & FRAME ? r->layout.vmemmap_base + (entry & FRAME) * r->struct_page_bytes : 0;
}

static char *map(int file)
{
	char *area = mmap(NULL, PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE,
			  file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED, file, 0);
	if (area == MAP_FAILED)
		die("no memory to check the probes with");
	*area = 1;
	return area;
}

static const struct ftrace_row *attached(const struct ftrace *f, const char *event)
{
	for (size_t i = 0; i < f->probe_count; i++)
		if (f->probes[i].attached && f->probes[i].row && !strcmp(f->probes[i].row->event, event))
			return f->probes[i].row;
	return NULL;
}

void check_events(struct ftrace *f, const struct page_sink *sink)
{
	u64 mm = ftrace_mm(f, f->own_pid), bytes = PAGES * PAGE_BYTES;
	int file = memfd_create("pintrail", MFD_CLOEXEC);
	if (file < 0 || ftruncate(file, bytes))
		die("no memory to check the probes with");
	char *place = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *anonymous = map(-1), *shared = map(file);
	u64 page = page_at(f->recorder, anonymous), file_page = page_at(f->recorder, shared);
	struct expected expected[] = {
		{ .event = "fault", .number = { mm, (uintptr_t)anonymous } },
		{ .event = "anonymous page", .number = { mm, (uintptr_t)anonymous, page } },
		{ .event = "file page", .number = { mm, (uintptr_t)shared, file_page } },
		{ .event = "move", .number = { mm, (uintptr_t)anonymous, (uintptr_t)place, bytes } },
		{ .event = "zap", .number = { mm, (uintptr_t)place, (uintptr_t)place + bytes } },
	};
	struct check check = { f, sink, expected, sizeof expected / sizeof *expected };
	const struct page_sink own = { take, take_loss, &check };
	if (mremap(anonymous, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, place) == MAP_FAILED)
		die("no memory to check the probes with");
	munmap(place, bytes);
	munmap(shared, bytes);
	close(file);
	instance_drain(&f->main, &own);
	for (size_t i = 0; i < check.count; i++) {
		const struct ftrace_row *row = attached(f, expected[i].event);
		if (row && !expected[i].told)
			die("the probe of %s (row %s of probes.tsv) does not tell what the recorder did itself; "
			    "Linux %s is not one that the row is for: record with --backend ebpf, or correct the row",
			    row->function, row->program, f->recorder->kernel.release);
	}
}
