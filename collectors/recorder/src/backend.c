/* SPDX-License-Identifier: Apache-2.0 */
#include "backend.h"

#include <stdio.h>
#include <string.h>

struct trial {
	const struct backend *backend;
	struct recorder *recorder;
	const struct options *options;
};

static void open_backend(void *ctx)
{
	struct trial *trial = ctx;
	trial->backend->open(trial->recorder, trial->options);
}

const struct backend *backend_open(struct recorder *r, const struct options *options)
{
	char why[2][512] = { "", "" };
	const struct backend *const all[] = { &ebpf_backend, &ftrace_backend };
	for (int i = 0; i < 2; i++) {
		struct trial trial = { all[i], r, options };
		if (options->backend && strcmp(options->backend, all[i]->name))
			continue;
		const char *refusal = attempt(open_backend, &trial);
		if (!refusal && *why[0])
			warn("recording with ftrace, as eBPF is not to be had: %s", why[0]);
		if (!refusal)
			return all[i];
		snprintf(why[i], sizeof why[i], "%s", refusal);
		all[i]->close();
	}
	if (options->backend)
		die("%s%s", why[0], why[1]);
	die("neither backend can record here. eBPF: %s. ftrace: %s", why[0], why[1]);
}
