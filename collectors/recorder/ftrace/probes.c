/* SPDX-License-Identifier: Apache-2.0 */
#include "probes.h"

#include "tracefs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALLS_AT_ONCE 1024 /* of a function whose return is probed; one more is missed, and counted as such */

static bool is(const struct ftrace_row *row, const char *kind)
{
	return !strcmp(row->kind, kind);
}

static bool is_return(const struct ftrace_row *row)
{
	return is(row, "tf_return") || is(row, "tf_gated_return");
}

static bool is_for(const struct ftrace_row *row, const struct kernel *kernel)
{
	return kernel->version >= row->from && kernel->version <= row->until;
}

static const char *filter_of(const struct ftrace_row *row)
{
	const char *at = strstr(row->fetch, " if ");
	return at ? at + 4 : NULL;
}

/*
 * {user N COUNT ARGUMENT}: that many words of user memory, from the N-th byte on at the address that the argument has.
 * Arrays of user memory are not to be had.
 */
static int expand_words(const char *from, char *to, size_t room)
{
	unsigned first, count;
	char argument[16];
	int used = 0;
	if (sscanf(from, "{user %u %u %15[^}]}", &first, &count, argument) != 3)
		return 0;
	for (unsigned i = 0; i < count; i++)
		used += snprintf(to + used, room - used, "+u%u(%s) ", first + i * 8, argument);
	return used;
}

/* Copies a part of the table with {name} replaced. False when a name is not known. */
static bool expand(const struct ftrace *f, const char *from, size_t length, char *to, size_t room)
{
	size_t used = 0;
	for (const char *end = from + length; from < end && used + 24 < room;) {
		char name[32];
		int taken = 0, words = expand_words(from, to + used, room - used);
		if (words) {
			used += words;
			from = strchr(from, '}') + 1;
			continue;
		}
		if (sscanf(from, "{%31[^}]}%n", name, &taken) != 1 || !taken) {
			to[used++] = *from++;
			continue;
		}
		if (!ftrace_has_constant(f, name))
			return false;
		used += snprintf(to + used, room - used, "%llu", (unsigned long long)ftrace_constant(f, name));
		from += taken;
	}
	to[used] = 0;
	return true;
}

void probes_constants(struct ftrace *f)
{
	for (size_t i = 0; i < ftrace_row_count; i++)
		if (is(&ftrace_rows[i], "tf_const") && is_for(&ftrace_rows[i], &f->recorder->kernel))
			ftrace_set_constant(f, ftrace_rows[i].program, strtoull(ftrace_rows[i].fetch, NULL, 0));
}

#define FAST_SYMBOLS (6 << 8 | 2) /* from here on a symbol is not looked for among all, one after another */

/* "$arg2" as the register that it is in. */
static void name_registers(const char *from, char *to, size_t room)
{
	static const char *const registers[] = { "%di", "%si", "%dx", "%cx", "%r8", "%r9" };
	size_t used = 0;
	while (*from && used + 8 < room) {
		unsigned argument = !strncmp(from, "$arg", 4) ? strtoul(from + 4, NULL, 10) : 0;
		if (argument) {
			used += argument <= 6 ? sprintf(to + used, "%s", registers[argument - 1])
					      : sprintf(to + used, "$stack%u", argument - 6);
			from += strlen("$argN");
		} else {
			to[used++] = *from++;
		}
	}
	to[used] = 0;
}

/*
 * A definition without the function's name, which takes the kernel milliseconds to find. It knows of no arguments then, but
 * we know where they are.
 */
static void define_by_address(const struct ftrace *f, const char *head, const struct ftrace_probe *probe, const char *function,
			      const char *fetch, char *line, size_t room)
{
	static char plain[4096];
	name_registers(fetch, plain, sizeof plain);
	snprintf(line, room, "%s:%s/%s 0x%llx %s", head, probe->group, probe->name,
		 (unsigned long long)kernel_symbol(&f->recorder->kernel, function), plain);
}

/* function: one, or several with commas, of which those that this kernel has share the event. */
static int define(struct ftrace *f, struct ftrace_probe *probe, char kind, const char *functions, const char *fetch)
{
	static char line[8192];
	char head[16] = "p", function[64];
	/* Without a name no return is known as such, and no second function of an event as another than the first. */
	bool by_address = kind == 'p' && !strchr(functions, ',') && f->recorder->kernel.version < FAST_SYMBOLS;
	int error = -ENOENT;
	if (kind == 'r')
		snprintf(head, sizeof head, "r%d", CALLS_AT_ONCE);
	snprintf(probe->group, sizeof probe->group, "%s", f->group);
	for (size_t length; *functions; functions += length + (functions[length] == ',')) {
		length = strcspn(functions, ",");
		snprintf(function, sizeof function, "%.*s", (int)length, functions);
		if (!kernel_symbol(&f->recorder->kernel, function))
			continue;
		if (by_address)
			define_by_address(f, head, probe, function, fetch, line, sizeof line);
		else
			snprintf(line, sizeof line, "%s:%s/%s %s %s", head, probe->group, probe->name, function, fetch);
		int result = tracefs_write(tracefs_path("kprobe_events"), line, true);
		probe->defined |= !result;
		error = probe->defined ? 0 : result;
	}
	return error;
}

void probes_undefine(struct ftrace *f, struct ftrace_probe *probe)
{
	char line[160];
	(void)f;
	snprintf(line, sizeof line, "-:%s/%s", probe->group, probe->name);
	if (probe->defined)
		tracefs_write(tracefs_path("kprobe_events"), line, true);
	probe->defined = false;
}

/* "field:TYPE NAME;	offset:N;	size:N;	signed:N;" */
static bool parse_field(const char *line, char *name, size_t room, struct ftrace_field *field)
{
	unsigned offset, size, is_signed;
	const char *end = strchr(line, ';');
	if (!end || sscanf(end, "; offset:%u; size:%u; signed:%u;", &offset, &size, &is_signed) != 3)
		return false;
	const char *start = end;
	while (start > line && start[-1] != ' ')
		start--;
	snprintf(name, room, "%.*s", (int)(end - start), start);
	bool array = strchr(name, '['), text = !strncmp(line, "char ", 5);
	name[strcspn(name, "[")] = 0;
	*field = (struct ftrace_field){ .offset = offset, .size = size, .count = 1, .is_signed = is_signed };
	if (!strncmp(line, "__data_loc ", 11))
		field->kind = FIELD_TEXT_ELSEWHERE;
	else if (array && text)
		field->kind = FIELD_TEXT;
	else if (array)
		*field = (struct ftrace_field){ .offset = offset, .size = 8, .count = size / 8 };
	return true;
}

/* Which place in the fetch column a field of a tracepoint has, -1 none. */
static int wanted(const char *fetch, const char *name)
{
	size_t length = strlen(name);
	for (int i = 0; *fetch; i++) {
		size_t word = strcspn(fetch, " ");
		if (word == length && !strncmp(fetch, name, word))
			return i;
		fetch += word + (fetch[word] == ' ');
	}
	return -1;
}

/* Learns where the values are. Of our own events all fields count in their order, of tracepoints those that are asked for. */
static bool learn(struct ftrace_probe *probe, const char *fetch)
{
	char *format = tracefs_read(tracefs_path("events/%s/%s/format", probe->group, probe->name));
	const char *id = format ? strstr(format, "ID: ") : NULL;
	if (!id) {
		free(format);
		return false;
	}
	probe->id = strtoul(id + 4, NULL, 10);
	for (const char *at = format; (at = strstr(at, "field:")); at++) {
		char name[64];
		struct ftrace_field field;
		if (!parse_field(at + 6, name, sizeof name, &field) || !strncmp(name, "common_", 7) || !strncmp(name, "__probe_", 8))
			continue;
		int place = probe->defined ? (int)probe->fields : wanted(fetch, name);
		if (place < 0 || place >= MAX_FIELDS)
			continue;
		probe->field[place] = field;
		if (probe->fields <= (u32)place)
			probe->fields = place + 1;
	}
	free(format);
	return true;
}

static void refuse(struct ftrace_probe *probe, const char *why, int error)
{
	if (error)
		snprintf(probe->note, sizeof probe->note, "%s: %s", *why ? why : "the kernel refused it", strerror(-error));
	else
		snprintf(probe->note, sizeof probe->note, "%s", why);
}

static void define_row(struct ftrace *f, struct ftrace_probe *probe, size_t number)
{
	static char fetch[4096];
	const struct ftrace_row *row = probe->row;
	if (is(row, "tf_event")) {
		if (sscanf(row->function, "%63[^/]/%63s", probe->group, probe->name) != 2 || !learn(probe, row->fetch))
			refuse(probe, "no such tracepoint", 0);
		return;
	}
	const char *filter = filter_of(row);
	snprintf(probe->name, sizeof probe->name, "%s_%zu", row->program, number);
	if (!expand(f, row->fetch, filter ? (size_t)(filter - 4 - row->fetch) : strlen(row->fetch), fetch, sizeof fetch)) {
		refuse(probe, "a number it needs is not known on this kernel", 0);
	} else {
		int error = define(f, probe, is_return(row) ? 'r' : 'p', row->function, fetch);
		if (error == -ENOENT)
			refuse(probe, "no such symbol; is its module loaded?", 0);
		else if (error)
			refuse(probe, tracefs_complaint(), error);
		else if (!learn(probe, fetch))
			refuse(probe, "the kernel does not describe the event", 0);
	}
}

/*
 * Returns first: of the probes of one function the one that was defined last is hit first, and a return's probe puts another
 * address in the place of the caller's, which the entry's probe would then take for the caller.
 */
void probes_define(struct ftrace *f)
{
	size_t defined = 0;
	const char *complaint = "";
	struct ftrace_probe *own = f->probes + f->probe_count;
	for (size_t i = 0; i < ftrace_row_count; i++)
		if (!is(&ftrace_rows[i], "tf_const") && is_for(&ftrace_rows[i], &f->recorder->kernel))
			f->probes[f->probe_count++].row = &ftrace_rows[i];
	for (int entries = 0; entries < 2; entries++)
		for (struct ftrace_probe *probe = own; probe < f->probes + f->probe_count; probe++)
			if (is_return(probe->row) != entries)
				define_row(f, probe, probe->row - ftrace_rows);
	for (struct ftrace_probe *probe = own; probe < f->probes + f->probe_count; probe++) {
		if (!*probe->note && probe->id) {
			f->by_id[probe->id] = probe;
			defined++;
		} else {
			complaint = probe->note;
		}
	}
	if (!defined)
		die("the kernel takes none of the probes: %s", complaint);
}

struct ftrace_probe *probes_define_own(struct ftrace *f, char kind, const char *name, const char *function, const char *fetch)
{
	struct ftrace_probe *probe = &f->probes[f->probe_count++];
	char filter[64];
	probe->own = true;
	snprintf(probe->name, sizeof probe->name, "%s", name);
	int error = define(f, probe, kind, function, fetch);
	if (error)
		die("the kernel refuses a probe of %s: %s (%s)", function, tracefs_complaint(), strerror(-error));
	snprintf(filter, sizeof filter, "common_pid==%u", f->own_pid);
	error = learn(probe, fetch) ? probes_set(&f->self, probe, "filter", filter) : -EINVAL;
	if (!error)
		error = probes_set(&f->self, probe, "enable", "1");
	if (error)
		die("a probe of %s cannot be switched on: %s", function, strerror(-error));
	return probe;
}

int probes_set(const struct instance *instance, const struct ftrace_probe *probe, const char *file, const char *text)
{
	return tracefs_write(tracefs_path("instances/%s/events/%s/%s/%s", instance->name, probe->group, probe->name, file), text,
			     !strcmp(file, "trigger"));
}

int probes_filter(struct ftrace *f, const struct ftrace_probe *probe, const char *more)
{
	const char *filter = filter_of(probe->row);
	static char own[1024], text[8192];
	if (filter && !expand(f, filter, strlen(filter), own, sizeof own))
		return -EINVAL;
	if (filter && more)
		snprintf(text, sizeof text, "(%s)&&(%s)", own, more);
	else
		snprintf(text, sizeof text, "%s", filter ? own : more ? more : "0");
	return probes_set(&f->main, probe, "filter", text);
}

static void attach_one(struct ftrace *f, struct ftrace_probe *probe)
{
	int error = filter_of(probe->row) ? probes_filter(f, probe, NULL) : 0;
	if (error)
		refuse(probe, "its filter was refused", error);
	if (!error && !is(probe->row, "tf_gated") && !is(probe->row, "tf_gated_return")) {
		error = probes_set(&f->main, probe, "enable", "1");
		if (error)
			refuse(probe, "it cannot be switched on", error);
	}
	probe->attached = !error;
}

void ftrace_filter(struct ftrace *f, const char *program, const char *expression)
{
	for (size_t i = 0; i < f->probe_count; i++)
		if (f->probes[i].attached && !strcmp(f->probes[i].row->program, program))
			probes_filter(f, &f->probes[i], expression);
}

void ftrace_enable(struct ftrace *f, const char *program, bool on)
{
	for (size_t i = 0; i < f->probe_count; i++)
		if (f->probes[i].attached && !strcmp(f->probes[i].row->program, program))
			probes_set(&f->main, &f->probes[i], "enable", on ? "1" : "0");
}

/* Returns first, so that nothing is entered whose end would not be seen; then those that another event switches on. */
void probes_attach(struct ftrace *f)
{
	static const char *const order[] = { "tf_return", "tf_event", "tf_gated_return", "tf_gated", "tf_entry" };
	bool any = false;
	for (size_t k = 0; k < sizeof order / sizeof *order; k++)
		for (size_t i = 0; i < f->probe_count; i++) {
			struct ftrace_probe *probe = &f->probes[i];
			if (probe->row && is(probe->row, order[k]) && !*probe->note && probe->id)
				attach_one(f, probe);
			any |= probe->attached;
		}
	if (!any)
		die("none of the kernel's functions can be probed: %s", f->probes[0].note);
}

void probes_detach(struct ftrace *f)
{
	for (size_t i = 0; i < f->probe_count; i++) {
		struct ftrace_probe *probe = &f->probes[i];
		if (probe->attached || probe->own)
			probes_set(probe->own ? &f->self : &f->main, probe, "enable", "0");
	}
}

void probes_close(struct ftrace *f)
{
	for (size_t i = 0; i < f->probe_count; i++)
		probes_undefine(f, &f->probes[i]);
	f->probe_count = 0;
}

static u64 number(const u8 *at, const struct ftrace_field *field)
{
	u64 value = 0;
	memcpy(&value, at, field->size < 8 ? field->size : 8);
	if (field->is_signed && field->size < 8 && value >> (field->size * 8 - 1) & 1)
		value |= ~0ULL << field->size * 8;
	return value;
}

void probes_decode(const struct ftrace_probe *probe, struct ftrace_event *e)
{
	e->probe = probe;
	e->values = 0;
	for (u32 i = 0; i < probe->fields; i++) {
		const struct ftrace_field *field = &probe->field[i];
		for (u32 n = 0; n < field->count && e->values < MAX_VALUES; n++) {
			u32 offset = field->offset + n * field->size;
			e->value[e->values++] = offset + field->size <= e->bytes ? number(e->raw + offset, field) : 0;
		}
	}
}

const char *ftrace_text(const struct ftrace_event *e, u32 index)
{
	const struct ftrace_field *field = &e->probe->field[index];
	u32 offset = field->kind == FIELD_TEXT_ELSEWHERE ? (u32)e->value[index] & 0xffff : field->offset;
	bool whole = offset < e->bytes && memchr(e->raw + offset, 0, e->bytes - offset);
	return whole ? (const char *)e->raw + offset : "";
}

/*
 * Until here the kernel counts a page fault while fetching, for all probes of the function, as a miss (ec6aba3d2be1). Real
 * misses, of a function that an interrupt hits while a probe runs, are then not to be told from these; but it is only the
 * data path, whose fetches need no memory, that runs in interrupts.
 */
#define FAULTS_COUNT (5 << 8 | 13)

/* Whether what is fetched may not be there, by this probe or by another of the same function. */
static bool may_fault(const struct ftrace *f, const struct ftrace_probe *probe)
{
	for (size_t i = 0; i < f->probe_count; i++) {
		const struct ftrace_row *row = f->probes[i].row;
		if (row && !strcmp(row->function, probe->row->function) && strpbrk(row->fetch, "({"))
			return true;
	}
	return false;
}

static bool sees_accesses(const struct ftrace_probe *probe)
{
	return !strcmp(probe->row->program, "copy_enter") || !strcmp(probe->row->program, "atomic_enter");
}

struct misses probes_missed(struct ftrace *f)
{
	char *profile = tracefs_read(tracefs_path("kprobe_profile"));
	struct misses more = {};
	for (size_t i = 0; profile && i < f->probe_count; i++) {
		struct ftrace_probe *probe = &f->probes[i];
		u64 missed = 0;
		size_t length = strlen(probe->name);
		if (!probe->attached || !probe->defined)
			continue;
		if (f->recorder->kernel.version <= FAULTS_COUNT && may_fault(f, probe))
			continue;
		/* An event of several functions has a line for each. */
		for (const char *at = profile; (at = strstr(at, probe->name)); at += length) {
			unsigned long long hits, misses;
			if (at[length] == ' ' && sscanf(at + length, "%llu %llu", &hits, &misses) == 2)
				missed += misses;
		}
		*(sees_accesses(probe) ? &more.accesses : &more.events) += missed - probe->missed;
		probe->missed = missed;
	}
	free(profile);
	return more;
}
