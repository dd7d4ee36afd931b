/* SPDX-License-Identifier: Apache-2.0 */
/* The eBPF backend: programs attached as probes.tsv says, records through a BPF ring buffer. */
#include "attach.h"
#include "backend.h"
#include "losses.h"
#include "ring.h"
#include "settings.h"

#include <bpf/bpf.h>
#include <string.h>
#include <sys/resource.h>

#include "pintrail.skel.h"

#define MISSES_NS (NS_PER_S / 4)

static struct {
	struct recorder *recorder;
	struct queue *queue; /* while it is filled */
	struct attachment attachment;
	struct ring ring, spare;
	u64 lost[MAX_CPUS], lost_checked;
	struct misses misses, missed_before; /* missed_before: this recording */
	u64 misses_checked;
	struct found *found;
	bool verbose;
	bool lent; /* what is attached is the parent process's */
} ebpf;

static void sweep(u64 mm, u64 address, u32 cause)
{
	attach_sweep(&ebpf.attachment, mm, address, cause);
}

static bool fetch(u64 address, void *bytes, u32 count)
{
	return attach_fetch(&ebpf.attachment, address, bytes, count);
}

static void forget(u64 mm, u64 start, u64 length)
{
	attach_forget(&ebpf.attachment, mm, start, length);
}

static void ebpf_open(struct recorder *r, const struct options *options)
{
	struct settings settings;
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	u64 since = now_ns();
	setrlimit(RLIMIT_MEMLOCK, &unlimited); /* 5.10 counts BPF maps against it */
	ebpf.verbose = options->verbose;
	kernel_read_types(&r->kernel);
	tell_stage(options->verbose, "types", &since);
	settings_fill(&settings, &r->kernel, options->scope_all, options->no_stacks);
	attach_load(&ebpf.attachment, &r->kernel, &settings, options->buffer_bytes, options->verbose);
	tell_stage(options->verbose, "programs loaded", &since);
	layout_read(&ebpf.attachment, r);
	attach_keep(&ebpf.attachment);
	flags_fill(r);
	r->struct_page_bytes = settings.struct_page_bytes;
	r->regions.mr_in_driver = kernel_offset(&r->kernel, "rxe_mr", "ibmr");
	r->sweep = sweep;
	stacks_open(&r->stacks, &r->kernel);
	ebpf.recorder = r;
	found_open(&r->found, &r->kernel, &settings, fetch);
	ebpf.found = &r->found;
	r->forget = forget;
	int error = ring_open(&ebpf.ring, bpf_map__fd(ebpf.attachment.bpf->maps.ring), options->buffer_bytes);
	if (!error)
		error = ring_open(&ebpf.spare, bpf_map__fd(ebpf.attachment.bpf->maps.spare), SPARE_BYTES);
	if (error)
		die("cannot map the kernel buffer of %llu KiB: %s; try a smaller --buffer",
		    (unsigned long long)options->buffer_bytes >> 10, strerror(-error));
	ebpf.lost_checked = ebpf.misses_checked = now_ns();
	attach_all(&ebpf.attachment);
	tell_stage(options->verbose, "probes attached", &since);
	r->accesses_are_seen = attach_is_covered(&ebpf.attachment, "copy_enter");
	r->dereg_end_is_seen = attach_is_covered(&ebpf.attachment, "dereg_exit");
	r->found.probed = attach_is_covered(&ebpf.attachment, "found_enter");
	kernel_function(&r->kernel, 0); /* sorts the symbols now, not when the first stack comes */
	ebpf.misses = ebpf.missed_before = attach_misses(&ebpf.attachment, false);
	attach_record(&ebpf.attachment);
}

static void ebpf_report(struct recorder *r, u64 time)
{
	attach_report(&ebpf.attachment, &r->kernel, r->out, time);
}

static void take(void *unused, const struct record *record, u32 bytes)
{
	(void)unused;
	if (!stacks_take(&ebpf.recorder->stacks, &ebpf.recorder->kernel, record))
		queue_put(ebpf.queue, record, bytes);
}

static size_t ebpf_drain(struct queue *queue, u64 *complete_until)
{
	ebpf.queue = queue;
	size_t taken = ring_drain(&ebpf.ring, take, NULL) + ring_drain(&ebpf.spare, take, NULL);
	u64 ring = ebpf.ring.complete_until, spare = ebpf.spare.complete_until;
	stacks_settle(&ebpf.recorder->stacks);
	ebpf.attachment.bpf->bss->regions_settled = found_settled(ebpf.recorder);
	*complete_until = ring < spare ? ring : spare;
	return taken;
}

/*
 * Losses are known only as a sum since the last look: they happened between the moment before that and the moment after
 * this one.
 */
static void ebpf_losses(struct recorder *r, bool at_once)
{
	u64 before = now_ns();
	u64 count[MAX_CPUS];
	const u64 *lost = (const u64 *)ebpf.attachment.bpf->bss->lost;
	for (u32 cpu = 0; cpu < MAX_CPUS; cpu++)
		count[cpu] = __atomic_load_n(&lost[cpu], __ATOMIC_ACQUIRE);
	u64 after = now_ns();
	for (u32 cpu = 0; cpu < MAX_CPUS; cpu++)
		if (count[cpu] != ebpf.lost[cpu]) {
			losses_tell(r, cpu, count[cpu] - ebpf.lost[cpu], ebpf.lost_checked, after);
			ebpf.found->records_lost = true;
		}
	memcpy(ebpf.lost, count, sizeof count);
	ebpf.lost_checked = before;
	if (!at_once && before - ebpf.misses_checked < MISSES_NS)
		return;
	before = now_ns();
	struct misses misses = attach_misses(&ebpf.attachment, at_once && ebpf.verbose);
	if (misses.events > ebpf.misses.events)
		losses_tell(r, 0, misses.events - ebpf.misses.events, ebpf.misses_checked, now_ns());
	losses_tell_accesses(r, misses.accesses - ebpf.misses.accesses, ebpf.misses_checked, now_ns());
	ebpf.misses = misses;
	ebpf.misses_checked = before;
}

static void drop(void *unused, const struct record *record, u32 bytes)
{
	(void)unused, (void)record, (void)bytes;
}

static void ebpf_again(struct recorder *r)
{
	(void)r;
	ebpf.lent = true;
	attach_again(&ebpf.attachment);
	ring_drain(&ebpf.ring, drop, NULL);
	ring_drain(&ebpf.spare, drop, NULL);
	ebpf.misses = ebpf.missed_before = attach_misses(&ebpf.attachment, false);
	ebpf.lost_checked = ebpf.misses_checked = now_ns();
	attach_record(&ebpf.attachment);
}

static void ebpf_detach(void)
{
	if (!ebpf.lent)
		attach_none(&ebpf.attachment);
}

static void ebpf_close(void)
{
	if (ebpf.attachment.bpf && !ebpf.lent) {
		attach_none(&ebpf.attachment);
		pintrail_bpf__destroy(ebpf.attachment.bpf);
		ebpf.attachment.bpf = NULL;
	}
	u64 processes = ebpf.misses.processes - ebpf.missed_before.processes;
	losses_warn_of_accesses(ebpf.misses.accesses - ebpf.missed_before.accesses);
	if (processes)
		warn("%llu changes of processes were not seen; page states are not concerned", (unsigned long long)processes);
}

const struct backend ebpf_backend = { "ebpf", ebpf_open, ebpf_report, ebpf_drain, ebpf_losses,
				      ebpf_again, ebpf_detach, ebpf_close };
