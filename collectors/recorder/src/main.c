/* SPDX-License-Identifier: Apache-2.0 */
/* pintrail-record: sets up, records until told to stop, and leaves a readable trace. */
#include "child.h"
#include "options.h"
#include "output.h"
#include "queue.h"
#include "ring.h"
#include "settings.h"
#include "snapshot.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pintrail.skel.h"

#define IDLE_MS 10
#define BUSY_RECORDS 256
#define FLUSH_NS (NS_PER_S / 2)
#define MISSES_NS NS_PER_S
#define COMMAND_END_MS 5000

struct session {
	struct options options;
	struct output output;
	struct recorder recorder;
	struct attachment attachment;
	struct ring ring;
	struct queue queue;
	struct child child;
	sigset_t signals;
	int signal_fd;
	u64 lost[MAX_CPUS], lost_checked;
	struct misses misses;
	u64 misses_checked;
	u64 flushed;
	int stopped_by; /* a signal, 0: none */
};

static struct session session;

static void read_identity(struct ptl_identity *identity)
{
	char *machine = read_text("/etc/machine-id"), *boot = read_text("/proc/sys/kernel/random/boot_id");
	*identity = (struct ptl_identity){};
	for (int which = 0; which < 2; which++) {
		const char *text = which ? boot : machine;
		u8 *id = which ? identity->boot_id : identity->host_id;
		for (int n = 0; text && *text && n < 32; text++) {
			if (*text == '-')
				continue;
			int digit = strchr("0123456789abcdef", *text) ? strchr("0123456789abcdef", *text) - "0123456789abcdef" : 0;
			id[n / 2] |= n % 2 ? digit : digit << 4;
			n++;
		}
	}
	free(machine);
	free(boot);
	if (getrandom(&identity->recording_id, sizeof identity->recording_id, 0) < 0)
		identity->recording_id = now_ns();
}

static void take(void *queue, const struct record *record, u32 bytes)
{
	queue_put(queue, record, bytes);
}

/* Losses are known only as a sum since the last look; the trace says over which time they happened. */
static void note_losses(struct session *s, bool at_once)
{
	u64 now = now_ns();
	const u64 *lost = (const u64 *)s->attachment.bpf->bss->lost;
	for (u32 cpu = 0; cpu < MAX_CPUS; cpu++) {
		u64 count = __atomic_load_n(&lost[cpu], __ATOMIC_RELAXED);
		if (count == s->lost[cpu])
			continue;
		ptl_lost(s->recorder.out, now, 0, 0, cpu, count - s->lost[cpu], now - s->lost_checked);
		s->lost[cpu] = count;
	}
	s->lost_checked = now;
	if (!at_once && now - s->misses_checked < MISSES_NS)
		return;
	struct misses misses = attach_misses(&s->attachment);
	if (misses.events > s->misses.events)
		ptl_lost(s->recorder.out, now, 0, 0, 0, misses.events - s->misses.events, now - s->misses_checked);
	s->misses = misses;
	s->misses_checked = now;
}

/* Events are written in the order of their times: all that are older than anything that can still come. */
static void write_until(struct session *s, u64 time)
{
	struct record *record;
	while ((record = queue_take(&s->queue, time))) {
		handle_record(&s->recorder, record);
		free(record);
	}
}

/* Returns whether there was much to do. */
static bool work(struct session *s)
{
	note_losses(s, false);
	size_t taken = ring_drain(&s->ring, take, &s->queue);
	write_until(s, s->ring.complete_until);
	if (now_ns() - s->flushed > FLUSH_NS) {
		flush_accesses(&s->recorder);
		ptl_flush(s->recorder.out);
		s->flushed = now_ns();
	}
	return taken > BUSY_RECORDS;
}

/* Everything that happened before the call is in the trace after it. */
static void catch_up(struct session *s)
{
	u64 now = now_ns();
	for (int i = 0; i < 100 && s->ring.complete_until < now; i++) {
		work(s);
		if (s->ring.complete_until < now)
			usleep(1000);
	}
	work(s);
}

static void sweep(u64 mm, u64 address)
{
	attach_sweep(&session.attachment, mm, address);
}

static void write_header(struct session *s, u64 huge_zero_frame)
{
	struct recorder *r = &s->recorder;
	struct timespec real;
	const struct ptl_host host = {
		.hostname = r->kernel.hostname,
		.kernel = r->kernel.release,
		.machine = r->kernel.machine,
		.backend = "ebpf",
		.scope = s->options.scope_all,
		.version = VERSION,
		.page_shift = PAGE_SHIFT,
		.zero_pfn = r->pages.zero_frame,
		.huge_zero_pfn = huge_zero_frame,
		.vmemmap_base = r->layout.vmemmap_base,
		.struct_page_bytes = r->struct_page_bytes,
		.cpus = sysconf(_SC_NPROCESSORS_CONF),
	};
	u64 now = now_ns();
	clock_gettime(CLOCK_REALTIME, &real);
	ptl_file_header(r->out);
	ptl_host(r->out, now, 0, 0, &host);
	ptl_clock(r->out, now, 0, 0, real.tv_sec * (s64)NS_PER_S + real.tv_nsec);
	attach_report(&s->attachment, &r->kernel, r->out, now);
}

static void tell_stage(const struct session *s, const char *stage, u64 *since)
{
	u64 now = now_ns();
	if (s->options.verbose)
		warn("%s: %llu ms", stage, (unsigned long long)(now - *since) / 1000000);
	*since = now;
}

static void set_up(struct session *s)
{
	struct recorder *r = &s->recorder;
	struct settings settings;
	struct ptl_identity identity;
	u64 huge_zero_frame;
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };

	u64 since = now_ns();
	setrlimit(RLIMIT_MEMLOCK, &unlimited); /* 5.10 counts BPF maps against it */
	kernel_open(&r->kernel);
	tell_stage(s, "symbols and types", &since);
	output_open(&s->output, s->options.output);
	child_prepare(&s->child, s->options.command, &s->signals);
	settings_fill(&settings, &r->kernel, s->options.scope_all);
	attach_load(&s->attachment, &r->kernel, &settings, s->options.buffer_mib, s->options.verbose);
	tell_stage(s, "programs loaded", &since);
	layout_read(&s->attachment, r, &huge_zero_frame);
	flags_fill(r);
	r->scope_all = s->options.scope_all;
	r->struct_page_bytes = settings.struct_page_bytes;
	r->regions.mr_in_driver = kernel_offset(&r->kernel, "rxe_mr", "ibmr");
	r->sweep = sweep;
	pages_open(&r->pages, r->layout.physical_mask);
	int error = ring_open(&s->ring, bpf_map__fd(s->attachment.bpf->maps.ring), (u64)s->options.buffer_mib << 20);
	if (error)
		die("cannot map the kernel buffer of %u MiB: %s; try a smaller --buffer", s->options.buffer_mib, strerror(-error));
	read_identity(&identity);
	r->out = ptl_open(&identity, output_write, &s->output);
	if (!r->out)
		die("out of memory");
	s->lost_checked = s->misses_checked = s->flushed = now_ns();
	attach_all(&s->attachment);
	tell_stage(s, "probes attached", &since);
	r->dereg_end_is_seen = attach_is_covered(&s->attachment, "dereg_exit");
	write_header(s, huge_zero_frame);
	snapshot_write(r, SNAPSHOT_START);
	ptl_flush(r->out);
	error = ptl_error(r->out);
	if (error)
		die("cannot write %s: %s", s->output.path, strerror(-error));
}

/* SIGUSR1 asks for a snapshot; the COMMAND's end, SIGINT and SIGTERM stop. Returns whether to go on. */
static bool obey_signals(struct session *s)
{
	struct signalfd_siginfo info;
	bool go_on = true;
	while (read(s->signal_fd, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo == SIGUSR1) {
			catch_up(s);
			snapshot_write(&s->recorder, SNAPSHOT_SIGNAL);
		} else if (info.ssi_signo != SIGCHLD) {
			s->stopped_by = info.ssi_signo;
			go_on = false;
		}
	}
	return go_on && !child_reap(&s->child);
}

static void record(struct session *s)
{
	u64 end = s->options.duration_ns ? now_ns() + s->options.duration_ns : UINT64_MAX;
	struct pollfd signals = { .fd = s->signal_fd, .events = POLLIN };
	while (obey_signals(s) && now_ns() < end && !ptl_error(s->recorder.out))
		poll(&signals, 1, work(s) ? 0 : IDLE_MS);
}

/* The COMMAND is told to end when the recording ends before it. */
static int end_command(struct session *s)
{
	if (!s->child.pid)
		return 0;
	if (!child_reap(&s->child))
		child_kill(&s->child, s->stopped_by ? s->stopped_by : SIGTERM);
	for (int waited = 0; !child_reap(&s->child) && waited < COMMAND_END_MS; waited += IDLE_MS)
		usleep(IDLE_MS * 1000);
	if (!s->child.ended) {
		child_kill(&s->child, SIGKILL);
		while (!child_reap(&s->child))
			usleep(IDLE_MS * 1000);
	}
	return s->child.code;
}

static int finish(struct session *s)
{
	struct recorder *r = &s->recorder;
	catch_up(s);
	snapshot_write(r, SNAPSHOT_END);
	u64 since = now_ns();
	attach_none(&s->attachment);
	tell_stage(s, "probes detached", &since);
	catch_up(s);
	note_losses(s, true);
	flush_accesses(r);
	ptl_finish(r->out);
	int error = ptl_error(r->out);
	int closed = output_close(&s->output);
	ptl_free(r->out);
	pintrail_bpf__destroy(s->attachment.bpf);
	if (s->misses.accesses)
		warn("%llu data accesses were not seen; page states are not concerned", (unsigned long long)s->misses.accesses);
	int code = end_command(s);
	if (!error && !closed)
		return code;
	warn("cannot write %s any more: %s; what is there so far is a valid trace", s->output.path,
	     strerror(-(error ? error : closed)));
	return 1;
}

int main(int argc, char **argv)
{
	struct session *s = &session;
	options_parse(&s->options, argc, argv);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&s->signals);
	for (const int *signal = (const int[]){ SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGCHLD, 0 }; *signal; signal++)
		sigaddset(&s->signals, *signal);
	sigprocmask(SIG_BLOCK, &s->signals, NULL);
	s->signal_fd = signalfd(-1, &s->signals, SFD_NONBLOCK | SFD_CLOEXEC);
	set_up(s);
	warn("ready");
	child_start(&s->child);
	record(s);
	return finish(s);
}
