/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char usage[] =
	"usage: pintrail-record [options] [-- COMMAND [ARGUMENT...]]\n"
	"       pintrail-record [options] --suite FILE\n"
	"Records which pages RDMA memory regions pin, and everything that changes what their addresses map, until COMMAND\n"
	"ends, the duration is over, or SIGINT or SIGTERM; a COMMAND still running then gets SIGTERM (or the same signal).\n"
	"SIGUSR1 adds a pagemap snapshot.\n"
	"  -o FILE|-                   the trace (default pintrail-DATE-TIME.ptl); - is standard output, and\n"
	"                              what COMMAND prints then goes to standard error\n"
	"  --backend ebpf|ftrace|auto  how to listen to the kernel (auto)\n"
	"  --scope pinned|all          pages of memory regions and long-term pins (pinned), or of every process\n"
	"  --suite FILE                each line is a trace and a COMMAND for sh, as in \"a.ptl ./a --fast\": records one after\n"
	"                              another, with probes that are attached once (with eBPF only)\n"
	"  --duration S                seconds, fractions allowed\n"
	"  --buffer MIB|KIBK           kernel buffer, a power of two from 4K to 1024 (64)\n"
	"  --no-stacks                 not which functions led to the calls that change pinned pages\n"
	"  --verbose                   what the kernel and libbpf say when probes are loaded\n"
	"  --help, --version\n"
	"exit: the COMMAND's code (of a suite, the first that is not 0); 0 without one; 1 the trace could not be written to its end; 2 usage, or no recording";

static const char *value_of(char **argv, int *i)
{
	if (!argv[*i + 1])
		die("%s needs a value; --help shows the usage", argv[*i]);
	return argv[++*i];
}

static const char *set_backend(const char *name)
{
	if (!strcmp(name, "auto"))
		return NULL;
	if (strcmp(name, "ebpf") && strcmp(name, "ftrace"))
		die("--backend %s: ebpf, ftrace or auto", name);
	return name;
}

static bool set_scope(const char *name)
{
	if (strcmp(name, "pinned") && strcmp(name, "all"))
		die("--scope %s: pinned or all", name);
	return !strcmp(name, "all");
}

static u64 set_duration(const char *text)
{
	char *end;
	double seconds = strtod(text, &end);
	if (end == text || *end || !(seconds > 0 && seconds < 1e9))
		die("--duration %s: not a positive number of seconds", text);
	return seconds * NS_PER_S;
}

static u64 set_buffer(const char *text)
{
	char *end;
	u64 number = strtoul(text, &end, 10), unit = *end == 'K' ? 1 << 10 : 1 << 20;
	if (end == text || (*end && strcmp(end, "K") && strcmp(end, "M")) || number > 1 << 20 || number * unit < 4 << 10 ||
	    number * unit > 1 << 30 || number & (number - 1))
		die("--buffer %s: a power of two from 4K (KiB) to 1024 (MiB)", text);
	return number * unit;
}

static const char *default_output(void)
{
	static char name[64];
	time_t now = time(NULL);
	strftime(name, sizeof name, "pintrail-%Y%m%d-%H%M%S.ptl", localtime(&now));
	return name;
}

static void check_suite(struct options *options)
{
	if (options->output || options->command)
		die("--suite names the traces and the COMMANDs itself: without -o and without a COMMAND");
	if (options->backend && strcmp(options->backend, "ebpf"))
		die("--suite with --backend ftrace: that has to be attached for each recording; use --backend ebpf or -o");
	options->backend = "ebpf";
}

void options_parse(struct options *options, int argc, char **argv)
{
	*options = (struct options){ .buffer_bytes = 64 << 20 };
	for (int i = 1; i < argc; i++) {
		const char *arg = argv[i];
		if (!strcmp(arg, "--")) {
			if (!argv[i + 1])
				die("no COMMAND after --; --help shows the usage");
			options->command = argv + i + 1;
			break;
		} else if (!strcmp(arg, "--help") || !strcmp(arg, "-h")) {
			puts(usage);
			exit(0);
		} else if (!strcmp(arg, "--version")) {
			puts("pintrail-record " VERSION);
			exit(0);
		} else if (!strcmp(arg, "--verbose")) {
			options->verbose = true;
		} else if (!strcmp(arg, "--no-stacks")) {
			options->no_stacks = true;
		} else if (!strcmp(arg, "--suite")) {
			options->suite = value_of(argv, &i);
		} else if (!strcmp(arg, "-o")) {
			options->output = value_of(argv, &i);
		} else if (!strcmp(arg, "--backend")) {
			options->backend = set_backend(value_of(argv, &i));
		} else if (!strcmp(arg, "--scope")) {
			options->scope_all = set_scope(value_of(argv, &i));
		} else if (!strcmp(arg, "--duration")) {
			options->duration_ns = set_duration(value_of(argv, &i));
		} else if (!strcmp(arg, "--buffer")) {
			options->buffer_bytes = set_buffer(value_of(argv, &i));
		} else {
			die("%s: no such option (a COMMAND comes after --); --help shows the usage", arg);
		}
	}
	if (options->suite)
		check_suite(options);
	else if (!options->output)
		options->output = default_output();
}
