/* SPDX-License-Identifier: Apache-2.0 */
/* The eBPF backend: programs attached as probes.tsv says, records through a BPF ring buffer. */
#include "attach.h"
#include "backend.h"
#include "ring.h"
#include "settings.h"

#include <bpf/bpf.h>
#include <string.h>
#include <sys/resource.h>

#include "pintrail.skel.h"

#define MISSES_NS NS_PER_S

static struct {
	struct recorder *recorder;
	struct queue *queue; /* while it is filled */
	struct attachment attachment;
	struct ring ring;
	u64 lost[MAX_CPUS], lost_checked;
	struct misses misses;
	u64 misses_checked;
	struct found *found;
} ebpf;

static void sweep(u64 mm, u64 address, u32 cause)
{
	attach_sweep(&ebpf.attachment, mm, address, cause);
}

static bool fetch(u64 address, void *bytes, u32 count)
{
	return attach_fetch(&ebpf.attachment, address, bytes, count);
}

static void ebpf_open(struct recorder *r, const struct options *options)
{
	struct settings settings;
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	u64 since = now_ns();
	setrlimit(RLIMIT_MEMLOCK, &unlimited); /* 5.10 counts BPF maps against it */
	kernel_read_types(&r->kernel);
	tell_stage(options->verbose, "types", &since);
	settings_fill(&settings, &r->kernel, options->scope_all, options->no_stacks);
	attach_load(&ebpf.attachment, &r->kernel, &settings, options->buffer_mib, options->verbose);
	tell_stage(options->verbose, "programs loaded", &since);
	layout_read(&ebpf.attachment, r);
	flags_fill(r);
	r->struct_page_bytes = settings.struct_page_bytes;
	r->regions.mr_in_driver = kernel_offset(&r->kernel, "rxe_mr", "ibmr");
	r->sweep = sweep;
	stacks_open(&r->stacks, &r->kernel);
	ebpf.recorder = r;
	found_open(&r->found, &r->kernel, &settings, fetch);
	ebpf.found = &r->found;
	int error = ring_open(&ebpf.ring, bpf_map__fd(ebpf.attachment.bpf->maps.ring), (u64)options->buffer_mib << 20);
	if (error)
		die("cannot map the kernel buffer of %u MiB: %s; try a smaller --buffer", options->buffer_mib, strerror(-error));
	ebpf.lost_checked = ebpf.misses_checked = now_ns();
	attach_all(&ebpf.attachment);
	tell_stage(options->verbose, "probes attached", &since);
	r->dereg_end_is_seen = attach_is_covered(&ebpf.attachment, "dereg_exit");
	r->found.probed = attach_is_covered(&ebpf.attachment, "found_enter");
	attach_record(&ebpf.attachment);
}

static void ebpf_report(struct recorder *r, u64 time)
{
	attach_report(&ebpf.attachment, &r->kernel, r->out, time);
	kernel_function(&r->kernel, 0); /* sorts the symbols now, not when the first stack comes */
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
	size_t taken = ring_drain(&ebpf.ring, take, NULL);
	stacks_settle(&ebpf.recorder->stacks);
	*complete_until = ebpf.ring.complete_until;
	return taken;
}

/* Losses are known only as a sum since the last look; the trace says over which time they happened. */
static void ebpf_losses(struct ptl_writer *out, bool at_once)
{
	u64 now = now_ns();
	const u64 *lost = (const u64 *)ebpf.attachment.bpf->bss->lost;
	for (u32 cpu = 0; cpu < MAX_CPUS; cpu++) {
		u64 count = __atomic_load_n(&lost[cpu], __ATOMIC_RELAXED);
		if (count == ebpf.lost[cpu])
			continue;
		ptl_lost(out, now, 0, 0, cpu, count - ebpf.lost[cpu], now - ebpf.lost_checked);
		ebpf.lost[cpu] = count;
		ebpf.found->records_lost = true;
	}
	ebpf.lost_checked = now;
	if (!at_once && now - ebpf.misses_checked < MISSES_NS)
		return;
	struct misses misses = attach_misses(&ebpf.attachment);
	if (misses.events > ebpf.misses.events)
		ptl_lost(out, now, 0, 0, 0, misses.events - ebpf.misses.events, now - ebpf.misses_checked);
	ebpf.misses = misses;
	ebpf.misses_checked = now;
}

static void ebpf_detach(void)
{
	attach_none(&ebpf.attachment);
}

static void ebpf_close(void)
{
	if (ebpf.attachment.bpf) {
		attach_none(&ebpf.attachment);
		pintrail_bpf__destroy(ebpf.attachment.bpf);
		ebpf.attachment.bpf = NULL;
	}
	if (ebpf.misses.accesses)
		warn("%llu data accesses were not seen; page states are not concerned", (unsigned long long)ebpf.misses.accesses);
}

const struct backend ebpf_backend = { "ebpf", ebpf_open, ebpf_report, ebpf_drain, ebpf_losses, ebpf_detach, ebpf_close };
