/* SPDX-License-Identifier: Apache-2.0 */
/* pintrail-record: sets up, records until told to stop, and leaves a readable trace. */
#include "backend.h"
#include "child.h"
#include "losses.h"
#include "output.h"
#include "snapshot.h"
#include "suite.h"

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

#define IDLE_MS 10
#define BUSY_RECORDS 256
#define FLUSH_NS (NS_PER_S / 2)
#define CLOCK_STEP_NS 100000000
#define CATCH_UP_NS (10 * NS_PER_S)
#define SLICE_NS (NS_PER_S / 10) /* of handling records, between looks at signals */
#define MOST_WAITING (512ULL << 20) /* bytes of records: what comes then waits in the kernel's buffer, or is lost there */
#define COMMAND_END_MS 5000
#define SETTLE_NS (60 * NS_PER_S)
#define URGENCY -10 /* nice */

struct session {
	struct options options;
	struct output output;
	struct recorder recorder;
	const struct backend *backend;
	struct queue queue;
	struct losses losses;
	u64 complete_until; /* every record with an earlier time is in the queue, ns */
	u64 handled_until;  /* and with an earlier one than that has been handled */
	struct child child;
	sigset_t signals;
	int signal_fd;
	u64 flushed;
	s64 wall_offset; /* of the last CLOCK */
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

/* The clock of the wall may be set while times are those of the other. */
static void tell_clock(struct session *s)
{
	struct timespec real;
	u64 now = now_ns();
	clock_gettime(CLOCK_REALTIME, &real);
	s64 wall = real.tv_sec * (s64)NS_PER_S + real.tv_nsec;
	s64 moved = wall - (s64)now - s->wall_offset;
	if (moved > -CLOCK_STEP_NS && moved < CLOCK_STEP_NS)
		return;
	s->wall_offset = wall - (s64)now;
	ptl_clock(s->recorder.out, now, 0, 0, wall);
}

/*
 * Events are written in the order of their times: all that are older than anything that can still come. For a while only,
 * since a host may do more than the recorder can follow.
 */
static void handle_complete(struct session *s)
{
	u64 stop = now_ns() + SLICE_NS;
	struct record *record;
	while (now_ns() < stop && (record = queue_take(&s->queue, s->complete_until))) {
		handle_record(&s->recorder, record);
		free(record);
	}
	u64 next = queue_first_time(&s->queue);
	s->handled_until = next < s->complete_until ? next : s->complete_until;
}

static bool work(struct session *s);

static void drain(void *session)
{
	work(session);
}

/* Returns whether there was much to do. */
static bool work(struct session *s)
{
	s->backend->losses(&s->recorder, false);
	size_t taken = s->queue.bytes < MOST_WAITING ? s->backend->drain(&s->queue, &s->complete_until) : 0;
	handle_complete(s);
	found_go_on(&s->recorder, s->handled_until, drain, s);
	if (now_ns() - s->flushed > FLUSH_NS) {
		flush_accesses(&s->recorder);
		tell_clock(s);
		ptl_flush(s->recorder.out);
		s->flushed = now_ns();
	}
	return taken > BUSY_RECORDS || s->handled_until < s->complete_until;
}

/* Everything that happened before the call is in the trace after it; false if the recorder is too far behind for that. */
static bool catch_up(struct session *s)
{
	u64 now = now_ns();
	while (s->handled_until < now && now_ns() < now + CATCH_UP_NS)
		if (!work(s) && s->handled_until < now)
			usleep(1000);
	work(s);
	return s->handled_until >= now;
}

/* Regions that are there already are told of before the recording counts as begun. */
static void settle(struct session *s)
{
	u64 begun = now_ns();
	while (!found_settled(&s->recorder) && now_ns() - begun < SETTLE_NS) {
		work(s);
		usleep(1000);
	}
}

static void session_work(void)
{
	work(&session);
}

static void session_catch_up(void)
{
	catch_up(&session);
}

static void snapshot(struct session *s, u8 reason)
{
	static const struct meanwhile meanwhile = { session_work, session_catch_up };
	u64 begun = now_ns();
	/* What is told of later makes good nothing that is read now. */
	s->backend->losses(&s->recorder, true);
	if (reason == SNAPSHOT_LOSS)
		found_again(&s->recorder.found);
	snapshot_write(&s->recorder, reason, &meanwhile);
	losses_healed(&s->recorder, begun);
}

static void write_header(struct session *s)
{
	struct recorder *r = &s->recorder;
	const struct ptl_host host = {
		.hostname = r->kernel.hostname,
		.kernel = r->kernel.release,
		.machine = r->kernel.machine,
		.backend = s->backend->name,
		.scope = r->scope_all,
		.version = VERSION,
		.page_shift = PAGE_SHIFT,
		.zero_pfn = r->pages.zero_frame,
		.huge_zero_pfn = r->huge_zero_frame,
		.vmemmap_base = r->layout.vmemmap_base,
		.struct_page_bytes = r->struct_page_bytes,
		.cpus = sysconf(_SC_NPROCESSORS_CONF),
	};
	u64 now = now_ns();
	ptl_file_header(r->out);
	ptl_host(r->out, now, 0, 0, &host);
	tell_clock(s);
	s->backend->report(r, now);
}

static void open_trace(struct session *s, const char *path, char **command)
{
	struct recorder *r = &s->recorder;
	struct ptl_identity identity;
	output_open(&s->output, path);
	child_prepare(&s->child, command, &s->signals);
	/* It needs little, but it must not wait behind those whose events fill the buffer. */
	setpriority(PRIO_PROCESS, 0, URGENCY);
	read_identity(&identity);
	r->out = ptl_open(&identity, output_write, &s->output);
	if (!r->out)
		die("out of memory");
}

static void attach(struct session *s)
{
	struct recorder *r = &s->recorder;
	r->scope_all = s->options.scope_all;
	found_begin(&r->found);
	s->losses.queue = &s->queue;
	r->losses = &s->losses;
	s->backend = backend_open(r, &s->options);
	pages_open(&r->pages, r->layout.physical_mask);
}

static void begin(struct session *s)
{
	struct recorder *r = &s->recorder;
	s->flushed = now_ns();
	write_header(s);
	u64 since = now_ns();
	settle(s);
	tell_stage(s->options.verbose, "regions there already", &since);
	snapshot(s, SNAPSHOT_START);
	ptl_flush(r->out);
	int error = ptl_error(r->out);
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
			snapshot(s, SNAPSHOT_SIGNAL);
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
	while (obey_signals(s) && now_ns() < end && !ptl_error(s->recorder.out)) {
		poll(&signals, 1, work(s) ? 0 : IDLE_MS);
		if (losses_want_snapshot(&s->recorder))
			snapshot(s, SNAPSHOT_LOSS);
	}
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
	snapshot(s, SNAPSHOT_END);
	u64 since = now_ns();
	s->backend->detach();
	tell_stage(s->options.verbose, "probes detached", &since);
	bool complete = catch_up(s);
	s->backend->losses(r, true);
	if (!complete) /* what is left there is no time for */
		losses_tell(r, 0, s->queue.count, s->handled_until, now_ns());
	flush_accesses(r);
	ptl_finish(r->out);
	int error = ptl_error(r->out);
	int closed = output_close(&s->output);
	ptl_free(r->out);
	s->backend->close();
	int code = end_command(s);
	if (!error && !closed)
		return code;
	warn("cannot write %s any more: %s; what is there so far is a valid trace", s->output.path,
	     strerror(-(error ? error : closed)));
	return 1;
}

static int record_one(struct session *s)
{
	u64 since = now_ns();
	kernel_open(&s->recorder.kernel);
	tell_stage(s->options.verbose, "symbols", &since);
	open_trace(s, s->options.output, s->options.command);
	attach(s);
	begin(s);
	warn("ready");
	child_start(&s->child);
	record(s);
	return finish(s);
}

static int record_line(void *session, const struct suite_line *line)
{
	struct session *s = session;
	char *command[] = { "sh", "-c", line->command, NULL };
	open_trace(s, line->trace, command);
	s->backend->again(&s->recorder);
	begin(s);
	child_start(&s->child);
	record(s);
	return finish(s);
}

static int record_suite(struct session *s)
{
	struct suite suite;
	suite_read(&suite, s->options.suite);
	kernel_open(&s->recorder.kernel);
	attach(s);
	warn("ready");
	int code = suite_run(&suite, s->signal_fd, record_line, s);
	s->backend->detach();
	s->backend->close();
	return code;
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
	return s->options.suite ? record_suite(s) : record_one(s);
}
