/* SPDX-License-Identifier: Apache-2.0 */
/* The backend as a whole: opening, reading, the order of events. */
#include "../src/backend.h"
#include "../src/losses.h"
#include "ask.h"
#include "check.h"
#include "hold.h"
#include "mark.h"
#include "pages.h"
#include "probes.h"
#include "thread.h"
#include "tracefs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OWN_PROBES 8
#define UNDER_WAY_NS 20000000ULL /* an event that took its time is in the buffer at the latest so much later */
#define MISSES_NS NS_PER_S
#define LEAST_KIB 8 /* of a CPU's buffer */

static struct ftrace ftrace;

/* In the queue of events that wait for their turn. */
struct waiting_event {
	struct record head; /* only time and cpu count */
	u32 bytes;
	u8 data[];
};

static void read_layout(struct ftrace *f)
{
	struct recorder *r = f->recorder;
	const struct kernel *kernel = &r->kernel;
	u64 mask = ftrace_peek_word(f, kernel_symbol(kernel, "physical_mask"));
	u64 huge_zero = ftrace_peek_word(f, kernel_symbol(kernel, "huge_zero_pfn"));
	r->layout = (struct layout){
		.page_offset_base = ftrace_peek_word(f, kernel_symbol(kernel, "page_offset_base")),
		.vmemmap_base = ftrace_peek_word(f, kernel_symbol(kernel, "vmemmap_base")),
		.physical_mask = mask ? mask : (1ULL << 52) - 1,
	};
	if (!r->layout.page_offset_base || !r->layout.vmemmap_base)
		die("the kernel's page_offset_base and vmemmap_base cannot be read; is CONFIG_RANDOMIZE_MEMORY set?");
	r->huge_zero_frame = huge_zero == ~0ULL ? 0 : huge_zero;
	r->struct_page_bytes = ftrace_constant(f, "struct_page_bytes");
	r->foll_write = 1;
	r->foll_force = ftrace_constant(f, "foll_force");
	r->foll_longterm = ftrace_constant(f, "foll_longterm");
	r->foll_fast_only = ftrace_constant(f, "foll_fast_only");
	r->foll_pin = ftrace_constant(f, "foll_pin");
	r->regions.mr_in_driver = -1; /* found with the first access */
}

static void no_sweep(u64 mm, u64 address, u32 cause)
{
	(void)mm, (void)address, (void)cause;
}

static void forget(u64 mm, u64 start, u64 length)
{
	holds_forget(&ftrace, mm, start, length);
}

static void open_probes(struct ftrace *f, const struct options *options)
{
	u64 cpus = sysconf(_SC_NPROCESSORS_CONF), kib = (options->buffer_bytes >> 10) / cpus, since = now_ns();
	tracefs_open();
	ftrace_name(f);
	probes_remove_leftovers();
	f->probes = need_zero((ftrace_row_count + OWN_PROBES) * sizeof *f->probes);
	ask_open(f);
	probes_constants(f);
	check_numbers(f);
	ask_file_operations(f);
	read_layout(f);
	stack_open(f);
	pages_calibrate(f);
	tell_stage(options->verbose, "kernel asked", &since);
	instance_open(&f->main, f->group, kib < LEAST_KIB ? LEAST_KIB : kib);
	probes_define(f);
	tell_stage(options->verbose, "probes defined", &since);
	mark_gate(f);
	probes_attach(f);
	holds_gate(f);
	tell_stage(options->verbose, "probes attached", &since);
}

static void ftrace_report(struct recorder *r, u64 time)
{
	probes_report(&ftrace, r->out, time);
}

static void take_event(void *ctx, const struct raw_event *raw)
{
	struct ftrace *f = ctx;
	static u8 room[sizeof(struct waiting_event) + 65536];
	struct waiting_event *waiting = (void *)room;
	u16 id;
	memcpy(&id, raw->data, sizeof id);
	if (!f->by_id[id])
		return;
	waiting->head = (struct record){ .time = raw->time, .cpu = raw->cpu };
	waiting->bytes = raw->bytes;
	memcpy(waiting->data, raw->data, raw->bytes);
	queue_put(&f->events, &waiting->head, sizeof *waiting + raw->bytes);
}

static void tell_loss(void *ctx, u32 cpu, u64 count, u64 since, u64 until)
{
	struct ftrace *f = ctx;
	losses_tell(f->recorder, cpu, count ? count : 1, since, until);
	f->tasks_are_old = true;
	pages_lost(until);
}

static void ftrace_open(struct recorder *r, const struct options *options)
{
	struct ftrace *f = &ftrace;
	const struct page_sink sink = { take_event, tell_loss, f };
	f->recorder = r;
	if (r->scope_all)
		warn("ftrace sees only what concerns pinned pages: the scope is pinned");
	r->scope_all = false;
	r->sweep = no_sweep;
	r->forget = forget;
	open_probes(f, options);
	tasks_scan(&f->tasks);
	f->misses_checked = now_ns();
	probes_missed(f);
	r->accesses_are_seen = ftrace_is_attached(f, "copy_enter");
	r->dereg_end_is_seen = ftrace_is_attached(f, "dereg_exit");
	check_events(f, &sink);
}

static void dispatch(struct ftrace *f, const struct waiting_event *waiting)
{
	static struct ftrace_event event;
	u16 id;
	memcpy(&id, waiting->data, sizeof id);
	event.time = waiting->head.time;
	event.cpu = waiting->head.cpu;
	memcpy(&event.tid, waiting->data + 4, sizeof event.tid);
	struct process *process = tasks_process(&f->tasks, event.tid);
	event.pid = process ? process->pid : 0;
	event.raw = waiting->data;
	event.bytes = waiting->bytes;
	probes_decode(f->by_id[id], &event);
	pages_before(f, event.time);
	f->by_id[id]->row->handle(f, &event);
}

static size_t ftrace_drain(struct queue *queue, u64 *complete_until)
{
	struct ftrace *f = &ftrace;
	const struct page_sink sink = { take_event, tell_loss, f };
	u64 complete = now_ns() - UNDER_WAY_NS;
	f->records = queue;
	size_t events = instance_drain(&f->main, &sink);
	if (f->tasks_are_old)
		tasks_scan(&f->tasks);
	f->tasks_are_old = false;
	struct record *next;
	while ((next = queue_take(&f->events, complete))) {
		dispatch(f, (const void *)next);
		free(next);
	}
	mark_idle(f, complete);
	u64 held = holds_idle(f, complete), read = pages_idle(f, complete);
	*complete_until = held < read ? held : read;
	return events;
}

/* Overwritten events show in the pages themselves; here is what does not. */
static void ftrace_losses(struct recorder *r, bool at_once)
{
	struct ftrace *f = &ftrace;
	u64 now = now_ns();
	if (!at_once && now - f->misses_checked < MISSES_NS)
		return;
	for (int cpu = 0; cpu < f->main.cpus; cpu++) {
		u64 refused = instance_refused(&f->main, cpu);
		if (refused)
			tell_loss(f, cpu, refused, f->misses_checked, now_ns());
	}
	struct misses missed = probes_missed(f);
	if (missed.events)
		tell_loss(f, 0, missed.events, f->misses_checked, now_ns());
	losses_tell_accesses(r, missed.accesses, f->misses_checked, now_ns());
	f->accesses_missed += missed.accesses;
	f->misses_checked = now;
}

static void ftrace_detach(void)
{
	probes_detach(&ftrace);
}

static void ftrace_close(void)
{
	struct ftrace *f = &ftrace;
	probes_detach(f);
	instance_close(&f->main);
	ask_close(f);
	probes_close(f);
	losses_warn_of_accesses(f->accesses_missed);
}

const struct backend ftrace_backend = { "ftrace", ftrace_open, ftrace_report, ftrace_drain, ftrace_losses,
					NULL, ftrace_detach, ftrace_close };
